# The desk's health: what is looked at, how it is, and what to do.

health-title = Health
health-again = Look again
health-all = The desk
health-version = Version
health-started = Started
health-looked = Looked at
health-unread = can't be read

health-light-good = Good
health-light-unknown = Unknown
health-light-soon = Look at it
health-light-bad = Down

health-all-good = Everything is as it should be.
health-all-unknown = Nothing is wrong that we know of.
health-all-soon = Something needs a look before it becomes a problem.
health-all-bad = Something does not work. It stands below in red.

health-database = Database
health-database-value = wrote in { $ms } ms, { $size }
health-database-away = takes no writes
health-bound-database = Writes take less than 250 ms.
health-fix-database = Look at the load and at the disk of this machine, and at the server if the database is one. What was acknowledged is safe.

health-disk = Disk
health-disk-value = { $free } of { $total } free
health-bound-disk = A tenth and 2 GB are free.
health-fix-disk = Free some room on the disk of the data folder, or move the folder to a larger one. On a full disk no call is written down.

health-phone = Phone
health-phone-none = listens nowhere
health-bound-phone = Listens where the phone system reaches it.
health-fix-phone = Set listen_udp under [phone] in deskbell.toml and start Deskbell again.

health-line = Phone lines
health-line-none = no line yet
health-line-off = turned off
health-line-never = no call so far
health-line-last = last call
health-bound-line = Calls arrive.
health-fix-line = Make a test call. If it does not show on the board, compare the address of your phone system with the one under Phone lines.

health-streams = Live screens
health-streams-value = { $open } open, { $max } at most
health-bound-streams = Less than four fifths of what fits.
health-fix-streams = Close screens that nobody looks at.

health-queue = Background work
health-queue-value = { $jobs } waiting, { $failed } given up
health-bound-queue = Nothing is a minute late, nothing was given up.
health-fix-queue = The log says why: journalctl -u deskbell. What was given up stays until somebody decides.

health-followers = Live updates
health-followers-value = { $seconds } s behind
health-bound-followers = Less than 5 s behind.
health-fix-followers = Screens may be late. If it stays, start Deskbell again; nothing is lost by that.

health-clock = Clock
health-clock-kept = kept right by the machine
health-clock-back = is behind what is written down
health-bound-clock = Set by a time server.
health-fix-clock = The clock of this machine was turned back. Let it be set by a time server, such as systemd-timesyncd.
