# Tickets: the list, the page, the form.

tickets-title = Tickets
tickets-filter = Filter
tickets-views = Views
tickets-view-open = Open
tickets-view-mine = Mine
tickets-view-free = Nobody's
tickets-view-missed = Missed calls
tickets-view-all = All
tickets-any = Any
tickets-me = Me
tickets-nobody = Nobody
tickets-none = No tickets here
tickets-none-text = Nothing matches this view. Loosen a filter, or enjoy the quiet.

ticket-new = New ticket
ticket-number = Number
ticket-subject = Subject
ticket-subject-hint = What is it about?
ticket-status = Status
ticket-status-new = New
ticket-status-open = Open
ticket-status-waiting = Waiting
ticket-status-closed = Closed
ticket-priority = Priority
ticket-priority-low = Low
ticket-priority-normal = Normal
ticket-priority-high = High
ticket-priority-urgent = Urgent
ticket-channel = Channel
ticket-channel-call = Call
ticket-channel-desk = Desk
ticket-team = Team
ticket-assignee = Agent
ticket-requester = Requester
ticket-updated = Changed
ticket-opened = opened
ticket-none = None
ticket-details = Details
ticket-note = Note
ticket-note-button = Add note
ticket-note-close = Add and close
ticket-open-button = Open ticket
ticket-take = Take
ticket-close = Close
ticket-reopen = Reopen
ticket-call-of = Call from { $caller }
ticket-call-of-withheld = Call from a withheld number
ticket-requester-unknown = Nobody is known by this number yet.
ticket-requester-maybe = { $count ->
    [one] This number belongs to:
   *[other] This number belongs to { $count } people. Who is it?
}
ticket-requester-is = It is them
ticket-requester-remove = It is someone else
ticket-requester-new = New person

entry-note = wrote a note
actor-phone = Phone
actor-console = Console

history-opened = opened the ticket
history-subject = named it “{ $subject }”
history-status = set it to { $status }
history-priority = gave it the priority { $priority }
history-team = gave it to the team { $team }
history-no-team = took it from its team
history-assigned = gave it to { $agent }
history-unassigned = took it from its agent
history-requester = set who asked
history-no-requester = removed who asked
history-closed = closed it
history-reopened = reopened it

done-ticket-opened = Ticket { $it } is open.
done-ticket-taken = The ticket is yours.
done-ticket-changed = Changed { $it }.
done-ticket-closed = Closed { $it }.
done-ticket-reopened = Open again.
done-note-added = Noted.

error-ticket-taken = Somebody else has this ticket already.
error-ticket-closed = This ticket is closed. Reopen it first.
error-changed-meanwhile = Somebody changed this ticket meanwhile. Look at what is new, then save again.
