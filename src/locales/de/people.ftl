# Personen und Organisationen.

people-title = Personen
people-places = Personen und Organisationen
people-search = Personen suchen
people-search-hint = Name, Organisation, Nummer oder E-Mail
people-new = Neue Person
people-add = Person anlegen
people-change = Bearbeiten
people-save = Speichern
people-cancel = Abbrechen
people-name = Name
people-organisation = Organisation
people-organisation-hint = Wohin die Person gehört. Ein Name, den es noch nicht gibt, wird angelegt.
people-numbers = Telefonnummern
people-numbers-hint = Eine pro Zeile, dahinter in Klammern, was es ist: 030 901820 (Büro)
people-addresses = E-Mail-Adressen
people-addresses-hint = Eine pro Zeile.
people-note = Notiz
people-note-hint = Was alle hier wissen sollten.
people-changed = Zuletzt geändert
people-more = Die ersten { $count } werden gezeigt. Tippen Sie weiter, um einzugrenzen.
people-empty = Noch niemand da
people-empty-text = Legen Sie die Menschen an, die bei Ihnen anrufen. Dann steht beim nächsten Klingeln der Name neben der Nummer.
people-none = Niemand gefunden
people-none-text = Versuchen Sie es mit den ersten Buchstaben eines Namens oder einer Organisation, dem Anfang einer E-Mail-Adresse oder einer ganzen Telefonnummer.
people-none-hidden = Dieser Desk zeigt nur dem, der den Anruf an sich genommen hat, wer anruft; deshalb wird hier niemand über eine Nummer gefunden. Nehmen Sie den Anruf an sich, um zu sehen, wer es sein könnte, oder suchen Sie nach einem Namen.
people-remove = Entfernen
people-remove-text = Name, Nummern, Adressen und Notiz sind dann weg. Anrufe bleiben unter ihrer Nummer in der Liste. Das lässt sich nicht rückgängig machen.
people-keep = Behalten

organisations-title = Organisationen
organisations-search = Organisationen suchen
organisations-search-hint = Die ersten Buchstaben des Namens
organisations-card = Organisation
organisations-note-hint = Was alle hier wissen sollten: Öffnungszeiten, Zugang, Vertrag.
organisations-empty = Noch keine Organisationen
organisations-empty-text = Eine Organisation entsteht mit der ersten Person, die zu ihr gehört.
organisations-none = Keine Organisation gefunden
organisations-none-text = Versuchen Sie es mit den ersten Buchstaben des Namens.
organisations-no-people = Hier gehört noch niemand dazu
organisations-no-people-text = Tragen Sie den Namen dieser Organisation bei einer Person ein, dann steht sie hier.

done-person-added = Person angelegt.
done-person-removed = Person entfernt.
people-tickets = Tickets
people-new-ticket = Neues Ticket
