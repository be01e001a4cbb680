# Die Palette, die Tasten, und was ein Browser von selbst sagt.

palette-hint = Ein Ort, ein Name, eine Nummer oder ein Befehl: 10014 schließen
palette-none = Nichts passt. Versuchen Sie eine Ticketnummer, einen Namen oder einen Ort.
palette-go = gehe zu
palette-mine = Meine Tickets
palette-free = Tickets von niemandem
palette-organisation = Organisation
palette-search = Suchen
palette-call = { $number } anrufen
palette-take = { $number } übernehmen
palette-close = { $number } schließen
palette-reopen = { $number } wieder öffnen
palette-assign = { $number } an { $name } geben
palette-priority = { $number } auf { $name } setzen
palette-word-open = öffnen
palette-word-close = schließen
palette-word-reopen = wieder
palette-word-take = übernehmen
palette-word-assign = geben
palette-word-priority = priorität
palette-word-call = anrufen

keys-title = Tasten
keys-palette = Überall hin, alles tun
keys-here = Auf dieser Seite
keys-everywhere = Auf jeder Seite
keys-go = Gehe zu
keys-call = Ticket des Anrufs, der klingelt
keys-copy = Nummer kopieren; zweimal mit Titel, dreimal mit Link
keys-undo = Rückgängig machen
keys-next = Nächste Zeile
keys-previous = Vorige Zeile
keys-open = Zeile öffnen
keys-send = Formular absenden
keys-off = Tasten aus einem Buchstaben sind in Ihrem Profil abgeschaltet.
