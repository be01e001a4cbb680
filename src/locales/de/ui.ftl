# Der Rahmen der Seiten, und Wörter, die jede Seite braucht.

ui-skip = Zum Inhalt springen
ui-navigation = Hauptmenü
ui-search = Suchen
ui-search-hint = Suchen oder zu einem Ticket springen
ui-menu = Ihr Menü
ui-theme = Darstellung
ui-theme-auto = Wie das System
ui-theme-light = Hell
ui-theme-dark = Dunkel
ui-theme-contrast = Hoher Kontrast
ui-sign-out = Abmelden
ui-loading = Wird geladen
ui-above = Seiten darüber
ui-close = Schließen
ui-undo = Rückgängig
ui-copied = Kopiert:
ui-unsent = Nicht gesendet: Das Pult ist nicht erreichbar. Ihr Text steht noch hier.
ui-draft = Letztes Mal nicht gesendet; hier ist es wieder.
ui-draft-discard = Verwerfen
ui-bell = Klingelton
ui-bell-locked = Der Klingelton wartet: Berühren Sie die Seite, dann darf er klingen
ui-save = Speichern
ui-cancel = Abbrechen
ui-pages = Seiten
ui-first-page = Zum Anfang
ui-next-page = Weiter
ui-pops = Eingehende Anrufe
ui-live-open = Live
ui-live-waiting = Verbindet
ui-live-gone = Offline
ui-live-lost = Die Live-Verbindung ist unterbrochen. Diese Seite fragt alle drei Sekunden nach; neue Anrufe können verspätet erscheinen.
ui-problems = { $count ->
    [one] Eine Angabe ist noch zu prüfen
   *[other] { $count } Angaben sind noch zu prüfen
}

ago-now = gerade eben
ago-minutes = vor { $count } Min.
ago-hours = vor { $count } Std.
ago-days = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}

done-saved = Gespeichert.
