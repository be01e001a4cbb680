# The palette, the keys, and what a browser says by itself.

palette-hint = A place, a name, a number, or a command: 10014 close
palette-none = Nothing fits. Try a ticket's number, a name, or a place.
palette-go = go to
palette-mine = My tickets
palette-free = Nobody's tickets
palette-organisation = organisation
palette-search = Search
palette-call = Call { $number }
palette-take = Take { $number }
palette-close = Close { $number }
palette-reopen = Reopen { $number }
palette-assign = Give { $number } to { $name }
palette-priority = Set { $number } to { $name }
palette-word-open = open
palette-word-close = close
palette-word-reopen = reopen
palette-word-take = take
palette-word-assign = assign
palette-word-priority = priority
palette-word-call = call

keys-title = Keys
keys-palette = Go to or do anything
keys-here = On this page
keys-everywhere = On every page
keys-go = Go to
keys-call = Ticket of the call that rings
keys-copy = Copy the number; twice with the title, three times with the link
keys-undo = Undo
keys-next = Next row
keys-previous = Previous row
keys-open = Open the row
keys-send = Send the form
keys-off = Keys of one letter are switched off in your profile.
