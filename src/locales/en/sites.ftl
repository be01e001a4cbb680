# Sites, VIP, numbers that may be somebody's.

sites-title = Sites
sites-search = Find sites
sites-search-hint = Name, street, postcode or organisation
sites-new = New site
sites-add = Add site
sites-change = Edit site
sites-name-hint = What it is called here. Without a name it goes by the first line of its address.
sites-address = Address
sites-area = Area
sites-area-hint = A postcode or the name of a district. Many calls from one area within minutes may be one fault.
sites-access = Access
sites-access-hint = What whoever goes there must know: a dog, where the key is, which door.
sites-people = People there
sites-no-people = Nobody is known to be here.
sites-empty = No sites yet
sites-empty-text = A site is a place somebody is sent to. Its access notes show while its people call.
sites-none = No site found
sites-none-text = Try the first letters of its name, its street, its postcode or its organisation.
sites-none-of = No site of this organisation yet.
sites-remove-text = The address and the access notes will be gone. This can't be undone.
sites-copy = Copy the address
sites-copied = Copied
sites-map = Show on a map

people-vip = VIP
people-vip-tick = VIP
people-vip-hint = Marked wherever they are shown, so that everybody knows they come first.
organisations-vip-hint = Everybody who belongs here is then marked as VIP.
people-maybe = maybe
people-site = Site
people-site-none = No site
people-place = Another place
people-place-hint = An address that is no site yet. It becomes one with this card.
people-numbers-maybe-hint = One to a line, with what it is in brackets. Maybe also theirs: { $numbers }; settle that on their page.
people-number-confirm = It is theirs
people-number-drop = Not theirs
people-contacts = Calls and tickets

done-site-added = Site added.
done-site-removed = Site removed.
done-number-confirmed = The number is certain now.
done-number-dropped = The number is gone from the card.

error-site-in-use = People or tickets are at this site, so it can't be removed.
