# People and organisations.

people-title = People
people-places = People and organisations
people-search = Find people
people-search-hint = Name, organisation, number or e-mail
people-new = New person
people-add = Add person
people-change = Edit
people-save = Save
people-cancel = Cancel
people-name = Name
people-organisation = Organisation
people-organisation-hint = Where they belong. A name that is not known yet is added.
people-numbers = Phone numbers
people-numbers-hint = One to a line, with what it is in brackets: 030 901820 (office)
people-addresses = E-mail addresses
people-addresses-hint = One to a line.
people-note = Note
people-note-hint = What everybody at the desk should know.
people-changed = Last changed
people-more = The first { $count } are shown. Type more to narrow them down.
people-empty = Nobody here yet
people-empty-text = Add the people who call you. From then on their name stands next to their number when the phone rings.
people-none = Nobody found
people-none-text = Try the first letters of a name or organisation, the beginning of an e-mail address, or a whole phone number.
people-none-hidden = This desk shows who called only to whoever claimed the call, so nobody is found by a number here. Claim the call to see who it may be, or look for a name.
people-remove = Remove
people-remove-text = The name, the numbers, the addresses and the note will be gone. Calls stay in the list under their number. This can't be undone.
people-keep = Keep

organisations-title = Organisations
organisations-search = Find organisations
organisations-search-hint = The name's first letters
organisations-card = Organisation
organisations-note-hint = What everybody at the desk should know: opening hours, access, contract.
organisations-empty = No organisations yet
organisations-empty-text = An organisation is added with the first person who belongs to it.
organisations-none = No organisation found
organisations-none-text = Try the first letters of its name.
organisations-no-people = Nobody belongs here yet
organisations-no-people-text = Enter this organisation's name at a person, and they will be listed here.

done-person-added = Person added.
done-person-removed = Person removed.
people-tickets = Tickets
people-new-ticket = New ticket
