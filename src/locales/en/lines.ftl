# Phone lines.

lines-title = Phone lines
lines-new = New line
lines-add = Add line
lines-save = Save
lines-cancel = Cancel
lines-name = Name
lines-name-hint = What the call board shows next to a call.
lines-state = State
lines-on = On
lines-off = Off
lines-sources = Calls come from
lines-sources-hint = The address of your phone system, or its network such as 192.0.2.0/24; one to a line. Calls from anywhere else get no answer.
lines-numbers = Dialled numbers
lines-numbers-hint = One to a line. Leave it empty to take all calls that no other line takes.
lines-numbers-all = All others
lines-team = Team
lines-team-hint = Whose work the tickets of this line are.
lines-team-none = No team
lines-makes = Tickets
lines-makes-every = Every call
lines-makes-missed = Missed calls
lines-makes-none = No calls
lines-makes-hint-every = A ticket is there while the phone still rings. Good where every call is work.
lines-makes-hint-missed = A ticket is made when nobody answered, so that somebody calls back.
lines-makes-hint-none = Calls are only listed. Whoever takes one can still make a ticket of it.
lines-country = Country
lines-country-hint = Two letters. Numbers without + are of this country.
lines-area-code = Area code
lines-area-code-hint = Without the leading zero; may be empty.
lines-switch = On and off
lines-turn-on = Turn on
lines-turn-off = Turn off
lines-off-since = Off
lines-on-text = While it is off, calls of this line are neither shown nor written down.
lines-off-text = A line that is off takes no more calls. Your phones go on ringing; Deskbell just stops listening.

lines-empty = No phone line yet
lines-empty-text = With a line, every call is on the board while it rings, with the caller's name and tickets.

lines-connect = Connect your phone system
lines-connect-listen = Let Deskbell listen where your phone system can reach it: listen_udp under [phone] in deskbell.toml, with this machine's address and port 5060.
lines-connect-phone = Add Deskbell to your ring group (hunt group, queue) as one more phone that rings along, without registration, at
lines-connect-host = ({ $host } stands for this machine's address)
lines-connect-line = Add a line here, with the address of your phone system under “Calls come from”.
lines-connect-test = Call your number: the call appears on the call board while it rings.
lines-connect-note = Deskbell only rings along. It never takes a call, carries no speech, and your phones work on without it.

done-line-added = Line added. Make a test call.
done-line-on = The line is on.
done-line-off = The line is off.
