"""
The SQL that keeps tenants apart in one PostgreSQL database, in which they share every table.

`tables` says what a table is and how it comes to be as configured, `roles` who there is, `check` what must hold at
the end, and `migration` puts them in order. The whole is one transaction that may run any number of times.

What separates tenants is the login itself: each has one of its own, named after it, and every table shows and takes
only rows whose `tenant_id` is the login's (`semantics.md` D2). Nothing that a session can set takes part.

What a tenant can still learn, since PostgreSQL shows it to everyone: the names of the logins, and for each table how
many rows it has in all (`pg_roles`, `pg_stat_user_tables`).
"""
