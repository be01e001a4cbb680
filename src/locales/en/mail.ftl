# Letters that the desk writes by itself, and what can be wrong with mail.
mail-acknowledgement =
    Hello,

    your message has arrived and has the number **{ $number }**. Somebody will look at it and write to you.

    If you want to add something, just answer this letter.

    { $desk }
mail-acknowledgement-subject = Your message has arrived [#{ $number }]
actor-mail = Mail
error-address-named = { $text } is no e-mail address.
error-address-taken = Another mailbox has this address.
error-undeliverable = Mail does not reach { $text }: letters came back several times.
error-host = This can't be the name of a server.
error-port = A port is a number from 1 to 65535.
error-pin = The fingerprint of a certificate has 64 hexadecimal digits.
error-folder-watched = This folder is watched itself; choose another.
error-size = Between 1 and 64 MiB, please.
error-dkim = DKIM needs a domain and a selector.
error-letter-no-key = The letter can't be signed for { $domain }: there is no key for it. Make a key at the mailbox, or leave the domain for DKIM empty.
error-letter-unsigned = The letter can't be signed for { $domain }: the key can't be used. Make another key at the mailbox, or leave the domain for DKIM empty.
error-letter-gone = The letter is already on its way.
error-mailbox-sign-in = Nobody has signed this mailbox in yet.
error-mail-fetch = The mailbox could not be read: { $text }
error-variable = Line { $line }: there is no variable “{ $text }”.
error-variable-meant = Line { $line }: there is no variable “{ $text }”. Did you mean { $meant }?
mail-reason-duplicate = The same letter was taken before.
mail-reason-own = We wrote it ourselves.
mail-reason-lay-before = It lay there before this folder was read for the first time, and is left there as you chose.
mail-reason-thrown-away = Somebody had thrown it away on the server before Deskbell saw it. Restored there, it is taken.
mail-reason-stray-bounce = It returns a letter that is not ours.
mail-reason-too-large = It is larger than what is taken; it stays on the server.
mail-reason-attempts = Deskbell fell three times while it read this mail.
mail-reason-no-file = Its file is gone.
mail-reason-refuted = The sender check failed: maybe it is forged.
mail-reason-too-long = It took more than 30 seconds to read.
mail-reason-fault = It could not be read because of a fault in Deskbell.
mail-reason-empty = It is empty.
mail-reason-no-headers = It has no header, so nobody knows who wrote it.

order-unknown-status = there is no such state; say open, waiting or closed
order-unknown-priority = there is no such priority; say low, normal, high or urgent
order-unknown-agent = no agent has this user name; say one, me or nobody
order-unknown-team = there is no team of this name
order-unknown-category = there is no category of this name
order-unknown-person = nobody with this address is known
order-unknown-address = this is no mail address
order-unknown = this can't be done with this ticket
