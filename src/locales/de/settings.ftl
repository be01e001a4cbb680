# Die Einstellungen dieses Systems.

settings-title = Einstellungen
settings-desk-name = Name des Helpdesks
settings-desk-name-hint = Das sehen alle beim Anmelden: der Name Ihrer Organisation.
settings-help = Wer hilft
settings-help-hint = Sehen alle, die sich nicht anmelden können, etwa „Dana, Durchwahl 12, Raum 3“.
settings-language = Sprache
settings-language-hint = Für alle, die keine gewählt haben.
settings-time-zone = Zeitzone
settings-time-zone-hint = Als Region und Stadt, etwa Europe/Berlin. Auf dieser Seite ist es jetzt { $time } Uhr.
settings-country = Land
settings-country-hint = Zwei Buchstaben, etwa DE, AT oder CH. Rufnummern ohne + werden als Nummern dieses Landes gelesen.
settings-area-code = Ortsvorwahl
settings-area-code-hint = Ohne die Null davor, 30 für Berlin. Nummern ohne Vorwahl werden als Nummern dieses Ortes gelesen; darf leer bleiben.

settings-calls = Anrufe
settings-amber = Ein klingelnder Anruf wird gelb nach (Sekunden)
settings-red = … und rot nach (Sekunden)
settings-callback = Verpasste Anrufe werden zurückgerufen binnen (Minuten)
settings-storm-calls = Ähnliche Anrufe, die eine Störung vermuten lassen (0 für nie)
settings-storm-minutes = … gezählt über (Minuten)
