# Briefe im Verlauf eines Tickets, Antworten, und was Agenten per Mail erfahren.

ticket-channel-mail = Mail
ticket-letter-of = Brief von { $sender }

letter-to = an
letter-cc = Kopie an
letter-bcc = Blindkopie an
letter-people = { $count } Personen
letter-rest = Zitat und Signatur zeigen
letter-show = Brief zeigen
letter-page = Wie geschrieben
letter-raw = Original (.eml)
letter-remote = { $count ->
    [one] Ein Bild liegt auf einem anderen Server. Hier ist es ein Link; wer ihn öffnet, verrät dem Absender, dass er gelesen hat.
   *[other] { $count } Bilder liegen auf anderen Servern. Hier sind sie Links; wer einen öffnet, verrät dem Absender, dass er gelesen hat.
}
letter-unverified = Das kam über eine richtige Antwortadresse, aber von einem anderen Absender. Wer schrieb, hat in diesem Ticket keine Rechte; bitte erst prüfen.
letter-doubt-unchecked = Niemand hat geprüft, wer das schickte: Es kam durch etwas hierher, was auch andere wissen können, die Ticketnummer oder einen früheren Brief, und diese Adresse kann jeder als Absender schreiben. Fragen Sie auf einem Weg nach, den Sie kennen, bevor Sie danach handeln oder Vertrauliches mitteilen. Wer verwaltet, kann Absender prüfen lassen: in den Einstellungen des Postfachs den Mailserver nennen.
letter-doubt-unproven-bounce = Das kann jeder geschrieben haben: Es handelt von einem Brief, den auch andere kennen. Keine Adresse wurde deshalb gesperrt. Geben Sie keine Adresse auf, bevor ein Brief von Ihnen zurückkommt.
letter-auto-reply = Automatische Antwort
letter-auto-generated = Von einer Maschine
letter-bounce = Unzustellbar
letter-authenticated = Absender bewiesen
letter-spam = Unterwegs als Spam erkannt
letter-odd-several-from = Mehrere Absender
letter-odd-sender-from-reply-to = Absender aus Reply-To
letter-odd-no-sender = Kein Absender
letter-odd-headers-cut = Zu viele Kopfzeilen
letter-odd-recipients-cut = Zu viele Empfänger
letter-odd-subject-cut = Betreff gekürzt
letter-odd-parts-cut = Zu viele Teile
letter-odd-attachments-cut = Dateien weggelassen
letter-odd-text-cut = Text gekürzt
letter-odd-html-too-complex = Layout zu verschachtelt, Text gezeigt
letter-odd-unknown-charset = Unbekannter Zeichensatz
letter-odd-rich-text = Rich Text nicht gezeigt
letter-odd-encrypted = Verschlüsselt
letter-odd-opaquely-signed = Signiert, Inhalt verpackt
letter-odd-too-large = Zu groß, nur der Anfang wurde geholt
letter-odd-unproven = Absender nicht bewiesen
letter-odd-unchecked = Absender nicht geprüft
letter-odd-unproven-bounce = Nicht als echt bewiesen
letter-odd-refuted = Prüfung des Absenders gescheitert, vielleicht gefälscht
letter-meeting = Besprechung
letter-meeting-cancelled = Besprechung abgesagt
letter-meeting-answered = Antwort auf eine Einladung
letter-held = Geht gleich hinaus
letter-queued = Unterwegs
letter-sent = Gesendet
letter-cancelled = Zurückgeholt
letter-failed = Nicht zugestellt.
letter-failed-some = Nicht allen zugestellt.
letter-open = Andere haben ihn. Bei diesen wird es von selbst noch einmal versucht:
letter-refused = Diese Adressen nahmen ihn nicht an:
letter-undo = Zurückholen
letter-again = Noch einmal versuchen
letter-edit = Bearbeiten und neu senden
letter-wrote = Am { $when } schrieb { $who }:
letter-cut = [Hier geht der Brief weiter; er war zu lang, um ganz weitergeleitet zu werden.]

letter-answer = Per Mail antworten
letter-answer-to = Antwort zu #{ $number }
letter-reply = Antworten
letter-reply-all = Allen antworten
letter-forward = Weiterleiten
letter-restored = Das ist Ihr Entwurf von vorher.
letter-from = Von
letter-to-field = An
letter-cc-field = Kopie (Cc)
letter-bcc-field = Blindkopie (Bcc)
letter-more-people = Kopien
letter-text = Text
letter-markdown = **fett**, *kursiv*, - Liste, [Name](Adresse)
letter-signature = Signatur
letter-quote = Zitierter Text
letter-forward-files = Dateien des Briefs mitschicken
letter-template = Vorlage
letter-template-choose = Einfügen …
letter-files = Dateien
letter-add-file = Dateien anhängen
letter-drop = oder hierher ziehen oder einfügen; zusammen 25 MB
letter-remove-file = Datei entfernen
letter-upload-failed = Die Datei wurde nicht angenommen.
letter-preview = Vorschau
letter-send = Senden
letter-send-anyway = Trotzdem senden
letter-send-waiting = Senden und warten
letter-send-close = Senden und schließen
letter-unreached = Briefe an so eine Adresse kamen zurück. Stimmt sie inzwischen, schreiben Sie trotzdem.
letter-send-revive = Die Adresse stimmt: senden
letter-discard = Verwerfen
letter-kept = Entwurf gesichert
letter-unkept = Der Entwurf konnte nicht gesichert werden; kopieren Sie Ihren Text, bevor Sie diese Seite verlassen.
letter-hold = Nach dem Senden können Sie ihn { $seconds } Sekunden lang zurückholen.
letter-news = Neu, seit Sie begannen

participants-title = Per Mail dabei
participant-unverified = Ungeprüft

unreached = Mail erreicht nicht
unreached-since = seit

done-letter-sent = Brief zu { $it } gesendet.
done-letter-taken-back = Zurückgeholt. Ihr Text ist wieder ein Entwurf.
done-letter-again = Es wird noch einmal versucht.
done-letter-draft = Der Brief ist wieder ein Entwurf.
done-draft-discarded = Entwurf verworfen.

error-no-mailbox = Noch kann kein Postfach senden. Die Administration richtet eins ein.
error-letter-news = Während Sie schrieben, kam etwas Neues zu diesem Ticket. Lesen Sie es unten; senden Sie trotzdem, wenn es nichts ändert.
error-letter-no-file = Ihr Text spricht von einer Datei, aber es ist keine dabei. Hängen Sie sie an oder senden Sie noch einmal ohne.
error-letter-unmade = Dieser Brief ist noch nicht fertig zusammengestellt. Versuchen Sie es gleich noch einmal.
error-file-empty = Diese Datei ist leer.
error-files-too-large = Ein Brief darf { $count } Dateien mit zusammen { $max } MB haben. Entfernen Sie welche oder leiten Sie ihn ohne seine Dateien weiter.
error-address-own = Das ist die Adresse eines Postfachs dieses Desks.
error-address-own-named = { $text } ist ein Postfach dieses Desks: ein Brief dorthin käme nicht an. Geben Sie das Ticket an dessen Team, oder schreiben Sie eine Notiz.
error-quiet = Geben Sie Anfang und Ende an, etwa 22:00 und 06:00.

history-orders-done = ordnete per Mail an: { $orders }
history-orders-refused = ging nicht: { $orders }
history-mention = sah, dass der Brief Ticket { $number } nennt, an dem sein Absender nicht nachweislich teilnimmt

notices-title = Nachrichten per Mail
notices-address = Ihre E-Mail-Adresse
notices-address-hint = Leer für keine Nachrichten. Auf solche, die das sagen, können Sie antworten; Ihre Antwort wird eine Notiz.
notices-of = Sagen Sie mir von
notices-new = neuen Tickets meiner Teams
notices-assigned = Tickets, die ich bekomme
notices-reply = Briefen zu meinen Tickets, und zu solchen ohne Bearbeiter, an denen ich zuletzt schrieb oder an denen noch niemand schrieb und die mein Team hat
notices-mention = Notizen, die mich nennen (@login)
notices-quiet = Ruhezeit
notices-quiet-from = Von
notices-quiet-to = Bis
notice-new-text = Ticket { $number } ist neu in Ihrem Team.
notice-new-letter-text = Ticket { $number } ist neu in Ihrem Team. { $who } schrieb:
notice-storm-subject = Sehr viele Briefe von { $who }
notice-storm-text =
    { $who } schickt sehr viele Briefe an { $mailbox }. Jeder wird wie immer ein Ticket.

    Einen Tag lang sagt Ihnen nur dieser Brief davon, und diesem Absender wird nichts bestätigt. Wer das System verwaltet, kann das auf der Seite Mail beenden.
notice-assigned-text = { $who } gab Ihnen Ticket { $number }.
notice-reply-text = { $who } schrieb zu Ihrem Ticket { $number }.
notice-reply-open-text = { $who } schrieb zu Ticket { $number }, das niemand bearbeitet.
notice-mention-text = { $who } nannte Sie in Ticket { $number }.
notice-sign-in-ends = Die Anmeldung des Postfachs { $name } endet am { $date }
notice-sign-in-over = Das Postfach { $name } braucht eine Anmeldung
notice-sign-in-text = Bis sich jemand erneut anmeldet, kommt dort keine Mail an und keine geht hinaus.
notice-answer = Wenn Sie auf diesen Brief antworten, wird Ihre Antwort eine Notiz im Ticket.

settings-mail = Mail
settings-undo-send = Ein Brief lässt sich zurückholen für (Sekunden)
