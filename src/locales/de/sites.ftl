# Standorte, VIP, Nummern, die vielleicht jemandem gehören.

sites-title = Standorte
sites-search = Standorte suchen
sites-search-hint = Name, Straße, Postleitzahl oder Organisation
sites-new = Neuer Standort
sites-add = Standort anlegen
sites-change = Standort bearbeiten
sites-name-hint = Wie er hier genannt wird. Ohne Namen heißt er wie die erste Zeile seiner Adresse.
sites-address = Adresse
sites-area = Gebiet
sites-area-hint = Eine Postleitzahl oder der Name eines Ortsteils. Viele Anrufe aus einem Gebiet binnen Minuten können eine einzige Störung sein.
sites-access = Zugang
sites-access-hint = Was wissen muss, wer hinfährt: ein Hund, wo der Schlüssel liegt, welche Tür.
sites-people = Personen dort
sites-no-people = Hier ist niemand bekannt.
sites-empty = Noch keine Standorte
sites-empty-text = Ein Standort ist ein Ort, zu dem jemand geschickt wird. Seine Zugangshinweise stehen da, wenn jemand von dort anruft.
sites-none = Kein Standort gefunden
sites-none-text = Versuchen Sie es mit den ersten Buchstaben des Namens, der Straße, der Organisation oder mit der Postleitzahl.
sites-none-of = Noch kein Standort dieser Organisation.
sites-remove-text = Adresse und Zugangshinweise sind dann weg. Das lässt sich nicht rückgängig machen.
sites-copy = Adresse kopieren
sites-copied = Kopiert
sites-map = Auf einer Karte zeigen

people-vip = VIP
people-vip-tick = VIP
people-vip-hint = Überall gekennzeichnet, damit alle wissen: zuerst.
organisations-vip-hint = Alle, die hierher gehören, sind dann als VIP gekennzeichnet.
people-maybe = vielleicht
people-site = Standort
people-site-none = Kein Standort
people-place = Ein anderer Ort
people-place-hint = Eine Adresse, die noch kein Standort ist. Sie wird mit dieser Karte einer.
people-numbers-maybe-hint = Eine pro Zeile, dahinter in Klammern, was es ist. Vielleicht auch: { $numbers }; das klären Sie auf der Seite der Person.
people-number-confirm = Stimmt
people-number-drop = Stimmt nicht
people-contacts = Anrufe und Tickets

done-site-added = Standort angelegt.
done-site-removed = Standort entfernt.
done-number-confirmed = Die Nummer ist jetzt sicher.
done-number-dropped = Die Nummer steht nicht mehr auf der Karte.

error-site-in-use = An diesem Standort sind Personen oder Tickets, deshalb lässt er sich nicht entfernen.
