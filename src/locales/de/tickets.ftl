# Tickets: die Liste, die Seite, das Formular.

tickets-title = Tickets
tickets-filter = Filtern
tickets-views = Ansichten
tickets-view-open = Offen
tickets-view-mine = Meine
tickets-view-free = Niemandes
tickets-view-missed = Verpasste Anrufe
tickets-view-all = Alle
tickets-any = Alle
tickets-me = Ich
tickets-nobody = Niemand
tickets-none = Keine Tickets
tickets-none-text = In dieser Ansicht ist nichts. Lockern Sie einen Filter, oder genießen Sie die Ruhe.

ticket-new = Neues Ticket
ticket-number = Nummer
ticket-subject = Betreff
ticket-subject-hint = Worum geht es?
ticket-status = Status
ticket-status-new = Neu
ticket-status-open = Offen
ticket-status-waiting = Wartet
ticket-status-closed = Geschlossen
ticket-priority = Priorität
ticket-priority-low = Niedrig
ticket-priority-normal = Normal
ticket-priority-high = Hoch
ticket-priority-urgent = Dringend
ticket-channel = Kanal
ticket-channel-call = Anruf
ticket-channel-desk = Erfasst
ticket-team = Team
ticket-assignee = Bearbeitung
ticket-requester = Anfragende Person
ticket-updated = Geändert
ticket-opened = eröffnet
ticket-none = Keine
ticket-details = Angaben
ticket-note = Notiz
ticket-note-button = Notiz hinzufügen
ticket-note-close = Hinzufügen und schließen
ticket-open-button = Ticket eröffnen
ticket-take = Übernehmen
ticket-close = Schließen
ticket-reopen = Wieder öffnen
ticket-call-of = Anruf von { $caller }
ticket-call-of-withheld = Anruf mit unterdrückter Nummer
ticket-requester-unknown = Unter dieser Nummer ist noch niemand bekannt.
ticket-requester-maybe = { $count ->
    [one] Diese Nummer gehört:
   *[other] Diese Nummer gehört { $count } Personen. Wer ist es?
}
ticket-requester-is = Diese Person
ticket-requester-remove = Es ist jemand anders
ticket-requester-new = Neue Person

entry-note = hat notiert
actor-phone = Telefon
actor-console = Konsole

history-opened = hat das Ticket eröffnet
history-subject = hat es „{ $subject }“ genannt
history-status = hat es auf „{ $status }“ gesetzt
history-priority = hat ihm die Priorität „{ $priority }“ gegeben
history-team = hat es dem Team „{ $team }“ gegeben
history-no-team = hat es seinem Team genommen
history-assigned = hat es { $agent } gegeben
history-unassigned = hat die Zuordnung aufgehoben
history-requester = hat die anfragende Person eingetragen
history-no-requester = hat die anfragende Person entfernt
history-closed = hat es geschlossen
history-reopened = hat es wieder geöffnet

done-ticket-opened = Ticket { $it } ist eröffnet.
done-ticket-taken = Das Ticket gehört Ihnen.
done-ticket-changed = { $it } geändert.
done-ticket-closed = { $it } geschlossen.
done-ticket-reopened = Wieder offen.
done-note-added = Notiert.

error-ticket-taken = Dieses Ticket hat schon jemand anders.
error-ticket-closed = Dieses Ticket ist geschlossen. Öffnen Sie es zuerst wieder.
error-changed-meanwhile = Inzwischen hat jemand dieses Ticket geändert. Sehen Sie sich das Neue an und speichern Sie noch einmal.
