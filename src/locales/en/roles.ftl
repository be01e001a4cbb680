# What each role may do, and the way into the administration.

roles-title = Roles
roles-text = What each role may do. A role is given to an agent on the agent's page.
roles-right = Right
roles-may = may
roles-may-not = may not
admin-roles = What administrators, leads, agents, workers and viewers may do.
admin-health = Whether everything runs: disk, phone lines, database, what waits.

right-own = Be signed in
right-see-tickets = See tickets
right-work-tickets = Work on tickets
right-see-calls = See calls
right-work-calls = Work on calls
right-see-people = See people
right-change-people = Change people
right-see-agents = See who works here
right-administer = Administer

right-hint-own = The own profile, password and sign-ins.
right-hint-see-tickets = Workers see those of their teams and their own.
right-hint-work-tickets = Open, change, note and close them; workers those of their teams.
right-hint-see-calls = The call board, the log, and who called.
right-hint-work-calls = Take them, make tickets of them, say how they ended.
right-hint-see-people = People and organisations with their numbers and notes.
right-hint-change-people = Add, change and remove people and organisations.
right-hint-see-agents = Agents, teams and what each role may do.
right-hint-administer = Accounts, teams, phone lines, settings and the desk's health.
