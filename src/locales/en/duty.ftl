# Duty: who takes calls, breaks, the end of a shift.

admin-duty = Who takes calls now, and who did in the last two weeks.

duty-title = Duty
duty-state-on = On duty
duty-state-break = On a break
duty-state-off = Off duty
duty-go-on = Go on duty
duty-go-break = Take a break
duty-go-back = Back on duty
duty-go-off = Go off duty
duty-now = On duty now
duty-nobody = Nobody is on duty.
duty-none = Nobody has been on duty yet
duty-none-text = Who takes calls goes on duty with the switch at the top of every page. Who did, and for how long, shows here.
duty-today = Today
duty-since = since { $time }
duty-before = The two weeks before
duty-day = Day
duty-from = From
duty-until = Until
duty-goes-on = now
duty-length = On duty
duty-breaks = Breaks
duty-set-off = Set off duty
duty-set-on = Put back on duty
duty-hours = { $hours } h { $minutes } min
duty-stay = Stay on duty
duty-busy = In a call

duty-end-title = End of your shift
duty-end-clear = Nothing is left open. Have a good evening.
duty-end-open = This is still open. You can leave it to those who stay, or see to it first.
duty-end-last = You are the last one on duty. After you, nobody takes calls.
duty-end-others = Still on duty
duty-end-callbacks = Callers who wait for a call back
duty-end-callbacks-count = { $count ->
    [one] One caller waits for a call back
   *[other] { $count } callers wait for a call back
}
duty-end-callbacks-open = To the callbacks
duty-end-wrap-up = Your calls that are not wrapped up
duty-end-unnamed = Today's tickets from calls without a subject
duty-end-anyway = Go off duty anyway

done-duty-on = You are on duty.
done-duty-break = You are on a break.
done-duty-off = You are off duty.
done-duty-set-off = Set off duty.
done-duty-set-on = Back on duty.

error-duty-role = This account may not take calls.
