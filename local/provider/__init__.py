"""
The stand-in `aws` provider: Pulumi's ResourceProvider protocol over boto3, for the types this project declares.

It answers to the official tokens and property names, which it learns from the installed SDK, and never talks to
AWS: every endpoint must be loopback.

```
servicer ─▶ resource types (one file each in `resources/`) ─▶ account ─▶ the embedded AWS
   │                │
   ├─ wire          ├─ sdk_types      what the SDK says a type looks like
   └─ configuration ├─ checks         what a program may write
                    └─ differences    what counts as a change
```
"""
