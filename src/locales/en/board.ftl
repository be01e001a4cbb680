# The board: claims, callbacks, wrap-up codes, blocked numbers.

calls-queue = Calls, those that ring first
call-take-over = Take over
call-claim = Claim
call-stale = forgotten?
call-held-by = { $name } has it
call-wrap-up = Wrap up
call-wrap-up-none = Done, nothing to say
call-spam = Spam
call-release = Give back

hand-title = In your hand
hand-empty = Nothing in your hand
hand-empty-text = Pick a call with the arrow keys and press Enter. What is known of the caller shows here.

strip-title = Your calls
strip-ringing = { $count ->
    [one] 1 rings
   *[other] { $count } ring
}
strip-late = { $count ->
    [one] 1 callback late
   *[other] { $count } callbacks late
}

callbacks-title = To call back
callbacks-all = All { $count }
callbacks-none = Nobody waits for a call back.
callbacks-none-text = Missed calls show here until somebody has spoken with the caller.
callbacks-late = { $count ->
    [one] 1 is late
   *[other] { $count } are late
}
callback-times = { $minutes ->
    [one] { $count } times in a minute
   *[other] { $count } times in { $minutes } min
}
callback-incident = Fault mended
callback-attempts = { $count ->
    [one] tried once
   *[other] tried { $count } times
}
callback-due = in { $time }
callback-late = late by { $time }
callback-hold = I call
callback-drop = Leave it
callback-result = Result
callback-result-reached = Reached
callback-result-no-answer = No answer
callback-result-wrong-number = Wrong number
callback-result-not-needed = Not needed

wrap-up-codes = Wrap-up codes
wrap-up-new = New code
wrap-up-hint = What a call was about or how it ended, in a word or two. The first nine have the keys 1 to 9.
wrap-up-add = Add code
wrap-up-empty = No codes yet
wrap-up-empty-text = With codes, dispatchers say with one key what a call was, and reports can count it.
wrap-up-archive = Take out of use
wrap-up-restore = Use again

blocked-title = Blocked numbers
blocked-new = Block a number
blocked-text = Calls from a blocked number still ring on the phones, but not on the board, and they make no tickets. They stay in the call log.
blocked-number = Number
blocked-note = Why
blocked-since = Since
blocked-until = Until
blocked-always = for good
blocked-add = Block
blocked-remove = Unblock
blocked-empty = No number is blocked
blocked-empty-text = “Spam” on a call blocks its number for 90 days.

admin-wrap-up = What dispatchers say of a call when it is over.
admin-blocked = Numbers whose calls don't reach the board.

done-call-released = The call is nobody's.
done-call-wrapped-up = Wrapped up.
done-call-marked-spam = Marked as spam.
done-call-no-spam = No longer marked as spam.
done-call-spam = Spam; the number is blocked for 90 days.
done-callback = Noted.

calls-more = More
