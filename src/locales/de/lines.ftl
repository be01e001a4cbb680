# Telefonleitungen.

lines-title = Telefonleitungen
lines-new = Neue Leitung
lines-add = Leitung anlegen
lines-save = Speichern
lines-cancel = Abbrechen
lines-name = Name
lines-name-hint = Das zeigt die Anrufübersicht neben einem Anruf.
lines-state = Status
lines-on = An
lines-off = Aus
lines-sources = Anrufe kommen von
lines-sources-hint = Die Adresse Ihrer Telefonanlage oder ihr Netz, etwa 192.0.2.0/24; eine pro Zeile. Anrufe von anderswo bekommen keine Antwort.
lines-numbers = Gewählte Nummern
lines-numbers-hint = Eine pro Zeile. Leer gilt die Leitung für alle Anrufe, die keine andere nimmt.
lines-numbers-all = Alle übrigen
lines-team = Team
lines-team-hint = Wer die Tickets dieser Leitung bearbeitet.
lines-team-none = Kein Team
lines-makes = Tickets
lines-makes-every = Jeder Anruf
lines-makes-missed = Verpasste Anrufe
lines-makes-none = Keine Anrufe
lines-makes-hint-every = Das Ticket ist schon da, während das Telefon noch klingelt. Gut, wo jeder Anruf Arbeit ist.
lines-makes-hint-missed = Ein Ticket entsteht, wenn niemand abgenommen hat, damit jemand zurückruft.
lines-makes-hint-none = Anrufe werden nur aufgelistet. Wer einen annimmt, kann trotzdem ein Ticket daraus machen.
lines-country = Land
lines-country-hint = Zwei Buchstaben. Nummern ohne + gehören zu diesem Land.
lines-area-code = Ortsvorwahl
lines-area-code-hint = Ohne die Null davor; darf leer bleiben.
lines-switch = An und aus
lines-turn-on = Einschalten
lines-turn-off = Ausschalten
lines-off-since = Aus
lines-on-text = Solange sie aus ist, werden Anrufe dieser Leitung weder gezeigt noch festgehalten.
lines-off-text = Eine ausgeschaltete Leitung nimmt keine Anrufe mehr entgegen. Ihre Telefone klingeln weiter; nur Deskbell hört nicht mehr hin.

lines-empty = Noch keine Telefonleitung
lines-empty-text = Mit einer Leitung steht jeder Anruf schon beim Klingeln auf dem Schirm, mit Namen und Tickets.

lines-connect = Ihre Telefonanlage anschließen
lines-connect-listen = Lassen Sie Deskbell dort hören, wo Ihre Telefonanlage es erreicht: listen_udp unter [phone] in deskbell.toml, mit der Adresse dieses Rechners und Port 5060.
lines-connect-phone = Nehmen Sie Deskbell als weiteres Telefon, das mitklingelt, in Ihre Rufgruppe (Sammelanschluss, Warteschlange) auf, ohne Registrierung, unter
lines-connect-host = ({ $host } steht für die Adresse dieses Rechners)
lines-connect-line = Legen Sie hier eine Leitung an, mit der Adresse Ihrer Telefonanlage unter „Anrufe kommen von“.
lines-connect-test = Rufen Sie Ihre Nummer an: Der Anruf erscheint in der Anrufübersicht, während es klingelt.
lines-connect-note = Deskbell klingelt nur mit. Es nimmt nie ab, überträgt kein Gespräch, und Ihre Telefone arbeiten auch ohne es weiter.

done-line-added = Leitung angelegt. Machen Sie einen Testanruf.
done-line-on = Die Leitung ist an.
done-line-off = Die Leitung ist aus.
