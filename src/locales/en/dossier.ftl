# Who may be calling, and saying who it is.

dossier-title = Who may it be?
dossier-people = Who it may be
dossier-unknown-text = Write them down while you talk, or find somebody you know.
dossier-named = It is them
dossier-it-is = It’s { $name }
dossier-unname = Not them
dossier-remember = Remember { $number } for { $name }
dossier-more-people = { $count } more people have this number.
dossier-open = Open tickets
dossier-last = Closed lately
dossier-more-open = { $count } more open
dossier-link = Link the call to this ticket
dossier-of-number = Tickets of this number
dossier-calls = Last calls of this number
dossier-tickets = Tickets
dossier-no-tickets = No tickets yet.
dossier-person-calls = Last calls
dossier-no-calls = No calls yet.
dossier-verified = Number verified
dossier-forged = Number may be forged
dossier-unverified = Number not verified

caller-new = New person
caller-known = Somebody known
caller-known-text = Type a name, an organisation, a number or an e-mail address.
caller-place = Where they are
caller-place-hint = An address, if somebody is to be sent there. May be empty.
caller-remember = { $number } is theirs: remember it
caller-remember-known = The number is theirs: remember it (else it is noted as “maybe”)
caller-add = Add and go on

call-hidden = Claim the call to see who it may be.

settings-identity = Show who calls only after the call was claimed
settings-identity-hint = Until then everybody sees the number and the line alone; afterwards only whoever has the call sees more.

done-caller-named = Noted who called.
done-caller-unnamed = It is open again who called.
done-caller-added = Person added; the call is theirs.

error-claim-first = Claim the call first. Until then this desk does not show who it may be.
