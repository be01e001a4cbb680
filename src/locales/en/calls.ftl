# Calls: the board, the cards, the log.

calls-title = Calls
calls-log = Call log
calls-none = No calls yet
calls-none-text = { $lines ->
    [0] No line takes calls yet. Set one up and let the phone system ring Deskbell too.
    [one] One line is listening. The next call shows here while it rings.
   *[other] { $lines } lines are listening. The next call shows here while it rings.
}
calls-none-lines = Lines
calls-log-none = No calls here
calls-log-none-text = Calls show here when they have ended.

call-rings = Ringing
call-withheld = Withheld number
call-no-number = No number
call-unknown = Nobody is known by this number.
call-maybe = Maybe one of { $count }
call-line = Line
call-when = When
call-who = Who
call-outcome = Outcome
call-rang = Rang
call-actions = Actions
call-ticket = Ticket
call-back = Call back
call-dialled = dialled
call-diverted = diverted from
call-rang-for = rang for { $time }
call-reason = What the phone system said of the end
call-make-ticket = Make a ticket
call-make-ticket-text = Calls on this line have no ticket of their own unless you make one.
call-was-missed = Was missed

call-outcome-answered-elsewhere = Answered
call-outcome-missed = Missed
call-outcome-went-on = Not answered
call-outcome-forwarded = Forwarded
call-outcome-unconfirmed = Probably missed
call-outcome-rang-out = Rang out
call-outcome-stopped = Deskbell stopped
call-outcome-unknown-after-restart = Unknown after restart

done-call-missed = Marked as missed.

error-call-rings = This call still rings.
