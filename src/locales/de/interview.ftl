# Das Gespräch am Telefon, ähnliche Tickets, Verbindungen von Anrufen und Tickets, Kategorien.

interview-title = Anruf aufnehmen
interview-what = Was
interview-where = Wo
interview-how-bad = Wie schlimm
interview-who = Wer (Team)
interview-when = Wann
interview-notes = Notizen
interview-caller = Wer anruft
interview-somebody-else = Jemand anders
interview-name = Name der anrufenden Person
interview-save-contact = Mit dieser Nummer als Kontakt speichern
interview-caller-line = Am Telefon: { $name }
interview-save = Speichern
interview-dispatch = Speichern und zuteilen
interview-more = Speichern, weiteres Anliegen
interview-script = Leitfaden
interview-script-load = Leitfaden zeigen
interview-missed = Es wurde aufgelegt. Ihre Eingaben sind noch da.
interview-restored = Ihre Eingaben sind wieder da.
interview-discard = Neu beginnen
interview-unsent = Das Senden ist misslungen. Ihre Eingaben bleiben; versuchen Sie es noch einmal.
interview-again = Schon aufgenommen als { $number }:
interview-undo = Rückgängig

when-any = Jederzeit
when-now = Jetzt
when-today = Heute
when-tomorrow = Morgen früh
when-at = Zu einer Zeit
when-at-field = Tag und Uhrzeit

similar-title = Offen und ähnlich
similar-none = Offene Tickets, die ähnlich sind, erscheinen hier.
similar-double = Das sieht nach Ticket { $number } aus.
similar-caller = derselbe Anrufer
similar-site = derselbe Ort
similar-tab = (öffnet einen neuen Tab)
similar-add = Anruf hinzufügen
similar-add-to = Anruf zu { $number } hinzufügen
similar-other = Doppelt zu einem anderen Ticket …

ticket-category = Kategorie
ticket-site = Ort
ticket-wanted = Gewünscht bis
ticket-part-of = Teil von
ticket-parts = Teile davon
ticket-siblings = Aus denselben Anrufen
ticket-together = Gehört zusammen
ticket-add-call = Aktuellen Anruf hinzufügen
ticket-goes-on = Dieser Anruf geht weiter in
ticket-who-goes = Wer fährt hin?
call-more = Weiteres Anliegen
call-unlink = Gehört nicht hierher

categories-title = Kategorien
categories-new = Neue Kategorie
categories-edit = Kategorie
categories-none = Noch keine Kategorien
categories-none-text = Eine Kategorie führt mit einem Leitfaden durch das Gespräch und gibt Team und Priorität vor.
categories-checks = Prüfpunkte
categories-script-hint = Einfache Zeilen werden gesagt oder gelesen. Zeilen, die mit „- “ beginnen, werden abgehakt und stehen dann in der Notiz.
categories-preview = Vorschau
categories-no-script = Kein Leitfaden.
categories-state = Verwendung
categories-archive = Archivieren
categories-archive-text = Neue Tickets können keine archivierte Kategorie haben. Vorhandene Tickets behalten sie.
categories-archived-text = Diese Kategorie ist archiviert: Neue Tickets können sie nicht haben.
categories-restore = Wieder verwenden
admin-categories = Worum es in Anrufen geht, mit Leitfäden und Vorgaben.

history-site = hat den Ort { $site } eingetragen
history-site-changed = hat einen anderen Ort eingetragen
history-no-site = hat den Ort entfernt
history-category = hat es unter „{ $category }“ eingeordnet
history-no-category = hat es aus seiner Kategorie genommen
history-parent = hat es zu einem Teil von { $number } gemacht
history-no-parent = hat es von dem Ticket gelöst, zu dem es gehörte
history-wanted = hat als gewünschte Zeit { $moment } eingetragen
history-no-wanted = hat die gewünschte Zeit entfernt

done-ticket-saved = { $it } gespeichert.
done-call-linked = Anruf zu { $it } hinzugefügt.
done-call-unlinked = Anruf von { $it } gelöst.
done-category-added = Die Kategorie ist angelegt.
done-category-archived = Archiviert. Unten können Sie sie wieder verwenden.
done-category-restored = Wieder in Verwendung.

error-parent = Ein Ticket kann nicht Teil von diesem sein.
error-moment = Das ist kein Tag mit Uhrzeit.
error-ticket-number = Ein Ticket mit dieser Nummer gibt es nicht.
error-no-call = Es gibt keinen Anruf zum Hinzufügen.
error-call-only-ticket = Das ist das einzige Ticket des Anrufs. Fügen Sie den Anruf zuerst einem anderen hinzu.
error-categories-full = Es gibt zu viele Kategorien. Ändern Sie eine archivierte.
