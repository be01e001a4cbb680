# Wer anruft, und zu sagen, wer es ist.

dossier-title = Wer könnte das sein?
dossier-people = Wer es sein könnte
dossier-unknown-text = Schreiben Sie die Person im Gespräch auf, oder suchen Sie jemanden, den Sie kennen.
dossier-named = Das ist die Person
dossier-it-is = Es ist { $name }
dossier-unname = Doch nicht
dossier-remember = { $number } für { $name } merken
dossier-more-people = { $count } weitere Personen haben diese Nummer.
dossier-open = Offene Tickets
dossier-last = Zuletzt geschlossen
dossier-more-open = { $count } weitere offen
dossier-link = Den Anruf mit diesem Ticket verknüpfen
dossier-of-number = Tickets dieser Nummer
dossier-calls = Letzte Anrufe dieser Nummer
dossier-tickets = Tickets
dossier-no-tickets = Noch keine Tickets.
dossier-person-calls = Letzte Anrufe
dossier-no-calls = Noch keine Anrufe.
dossier-verified = Nummer bestätigt
dossier-forged = Nummer womöglich gefälscht
dossier-unverified = Nummer nicht bestätigt

caller-new = Neue Person
caller-known = Jemand Bekanntes
caller-known-text = Tippen Sie einen Namen, eine Organisation, eine Nummer oder eine E-Mail-Adresse.
caller-place = Wo die Person ist
caller-place-hint = Eine Adresse, falls jemand hinfahren soll. Darf leer bleiben.
caller-remember = { $number } gehört der Person: merken
caller-remember-known = Die Nummer gehört der Person: merken (sonst steht sie dort als „vielleicht“)
caller-add = Anlegen und weiter

call-hidden = Nehmen Sie den Anruf an sich, um zu sehen, wer es sein könnte.

settings-identity = Erst zeigen, wer anruft, wenn jemand den Anruf hat
settings-identity-hint = Bis dahin sehen alle nur Nummer und Leitung; danach sieht nur mehr, wer den Anruf hat.

done-caller-named = Notiert, wer anruft.
done-caller-unnamed = Wer anruft, ist wieder offen.
done-caller-added = Person angelegt; der Anruf gehört zu ihr.

error-claim-first = Nehmen Sie den Anruf zuerst an sich. Bis dahin zeigt dieser Platz nicht, wer es sein könnte.
