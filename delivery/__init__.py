"""
Delivery to real accounts: `make deploy` and `make destroy`.

```
deploy ─▶ reviewed   what a review was of, where one is named
       ─▶ account    credentials, account and Region, before anything is read
       ─▶ backend    the user's own backend, and nothing that would soften the pack
       ─▶ guards     what a preview may not do by accident
       ─▶ meanwhile  what was shown is what is carried out
```

The engine is the one that `local.operations` drives; nothing of the embedded AWS is used here.
"""
