"""
Random self-contained cases (`contracts.md` section 3, form (a)), the same for the same seed and number.

A case starts from a request, and its policies are aimed at it: each element of a statement mostly fits, and now and
then just misses, so that about a third of the requests are allowed and every layer decides some of them. `ODDITIES`
are what the simulator is known to get wrong; they are generated too, but rarely.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_network
from typing import Any, TypeVar

from tests.differential.universe import (
    ANONYMOUS,
    AWAY,
    ELSEWHERE,
    FEDERATED_USERS,
    GLOBAL_KEYS,
    HOME,
    LEVELS,
    ORGANIZATION,
    ROLES,
    ROOT,
    SERVICE_LINKED,
    SERVICES,
    SESSIONS,
    STRANGERS,
    TARGETS,
    TENANT_TAG,
    UNDER_RESOURCE_CONTROL,
    USERS,
    Caller,
    Key,
    Shape,
    Target,
)

T = TypeVar("T")
Json = dict[str, Any]

ODDITY = 0.0006
"""How often each oddity is taken up where it could be."""

_CALLERS: tuple[tuple[tuple[Caller, ...], float], ...] = (
    (SESSIONS, 0.53),
    (ROLES, 0.13),
    (USERS, 0.18),
    (FEDERATED_USERS, 0.03),
    (SERVICES, 0.08),
    (ANONYMOUS, 0.05),
)
_TEXT = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
_IGNORING_CASE = ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
_ARN = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
_COMPARISONS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
OPERATORS: dict[Shape, tuple[str, ...]] = {
    Shape.TEXT: (*_TEXT, *_TEXT, *_IGNORING_CASE),
    Shape.ARN: (*_ARN, *_ARN, *_TEXT),
    Shape.BOOL: ("Bool",),
    Shape.NUMBER: tuple(f"Numeric{comparison}" for comparison in _COMPARISONS),
    Shape.DATE: tuple(f"Date{comparison}" for comparison in _COMPARISONS),
    Shape.ADDRESS: ("IpAddress", "IpAddress", "NotIpAddress"),
    Shape.BINARY: ("BinaryEquals", "StringEquals"),
}
_NOWHERE = {
    Shape.TEXT: ("nobody", "tenant", "*.evil", "x?"),
    Shape.ARN: (
        "arn:aws:iam::999999999999:role/nobody",
        "arn:aws:sns:*:*:none",
        "arn:aws:iam::111111111111:role/*-not",
    ),
    Shape.BINARY: ("bm9uZQ==",),
    Shape.ADDRESS: ("192.0.2.0/24", "2001:db8:ffff::/48"),
}
_NETWORKS = ("203.0.113.0/24", "198.51.100.0/25", "198.51.100.128/25", "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "Equals": lambda given, wanted: given == wanted,
    "NotEquals": lambda given, wanted: given != wanted,
    "LessThan": lambda given, wanted: given < wanted,
    "LessThanEquals": lambda given, wanted: given <= wanted,
    "GreaterThan": lambda given, wanted: given > wanted,
    "GreaterThanEquals": lambda given, wanted: given >= wanted,
}


def cases(count: int, seed: int, first: int = 0) -> Iterator[Json]:
    """Yield `count` cases, those from number `first` on."""
    for number in range(first, first + count):
        yield case(seed, number)


def case(seed: int, number: int) -> Json:
    """Return one case; its `id` is `<seed>:<number>`."""
    return _Draw(random.Random(f"{seed}:{number}")).case(f"{seed}:{number}")  # noqa: S311 - not for secrets


class _Draw:
    """The drawing of one case."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.chance = rng.random
        self.context: Json = {}
        self.target: Target
        self.caller: Caller
        self.resource = ""
        self.keys: tuple[Key, ...] = ()

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.chance() * len(options))]

    def happens(self, probability: float) -> bool:
        return self.chance() < probability

    def odd(self, times: float = 1) -> bool:
        """Say whether to take up an oddity; `times` makes up for how seldom it could be, or would matter."""
        return self.chance() < ODDITY * times

    # --- The request -----------------------------------------------------------------------------------------------

    def case(self, name: str) -> Json:
        self.target = self.rng.choices(TARGETS, [target.weight for target in TARGETS])[0]
        self.caller = self.draw_caller()
        caller, target = self.caller, self.target
        account = AWAY if self.happens(0.3) and target.knows_resources else HOME
        self.same_account = account == caller.account
        self.resource = self.pick(target.resources).replace("{account}", account)
        self.keys = tuple(key for key in (*GLOBAL_KEYS, *target.keys) if key.name not in target.lacking)
        self.draw_context()
        drawn: Json = {
            "id": name,
            "principal": caller.arn,
            "action": target.action,
            "resource": self.resource,
            "resourceAccount": account,
            "context": self.context,
        }
        self.draw_policies(drawn)
        self.draw_settings(drawn)
        return drawn

    def draw_caller(self) -> Caller:
        if self.odd():
            return ROOT[0]
        if self.odd():
            return SERVICE_LINKED[0]
        kinds = [callers for callers, _ in _CALLERS]
        if not self.target.knows_resources or self.target.service == "iam":
            kinds = kinds[:4]
        weights = [weight for _, weight in _CALLERS][: len(kinds)]
        return self.pick(self.rng.choices(kinds, weights)[0])

    def draw_context(self) -> None:
        caller, context = self.caller, self.context
        if caller.account is not None:
            context["aws:PrincipalArn"] = caller.context_arn or caller.arn
            context["aws:PrincipalAccount"] = caller.account
        for key in self.keys:
            if not self.happens(0.35):
                continue
            if caller.account is None and key.name.startswith("aws:Principal") and key.shape is not Shape.BOOL:
                continue
            if key.several:
                values = self.rng.sample(key.values, 1 + int(self.chance() * min(2, len(key.values) - 1) + 0.3))
                context[key.name] = values
            else:
                context[key.name] = self.pick(key.values)
            if key.name == TENANT_TAG.name and self.odd(2):
                context[key.name] = ""
            elif key.several and self.odd(2):
                context[key.name] = [""]
        if TENANT_TAG.name in context and context[TENANT_TAG.name] and self.happens(0.3):
            # A tag's key is written in any case.
            context["aws:principaltag/Tenant_Id"] = context.pop(TENANT_TAG.name)

    def draw_settings(self, drawn: Json) -> None:
        if self.target.service != "s3":
            return
        settings: Json = {"bucketAbacEnabled": self.happens(0.3)}
        if self.happens(0.2):
            restricts = self.happens(0.7)
            settings["blockPublicAccess"] = {
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": restricts,
                "RestrictPublicBuckets": restricts,
            }
        drawn["settings"] = {"s3": settings}

    # --- The policies ----------------------------------------------------------------------------------------------

    def draw_policies(self, drawn: Json) -> None:
        caller, service = self.caller, self.target.service
        person = caller.account is not None
        if person:
            drawn["identityPolicies"] = [
                self.policy("identity", fit=0.86) for _ in range(1 + self.happens(0.4) if self.happens(0.9) else 0)
            ]
        if self.has_resource_policy():
            drawn["resourcePolicy"] = self.policy("resource", fit=0.9 if not self.same_account else 0.8)
        if caller.kind in {"role", "session", "federated user"} and (
            self.happens(0.13) or caller.kind == "federated user"
        ):
            drawn["sessionPolicy"] = self.ceiling("session")
        if caller.kind in {"role", "session", "user"} and self.happens(0.2):
            drawn["permissionBoundaries"] = [self.ceiling("boundary")]
        if (person and self.happens(0.3)) or (caller.kind == "service" and self.odd()):
            drawn["serviceControlPolicies"] = [
                {"orgIdentifier": level, "policies": self.control_policies("scp")}
                for level in LEVELS[: 1 + int(self.chance() * 3)]
            ]
        if (service in UNDER_RESOURCE_CONTROL and self.happens(0.25)) or self.odd():
            drawn["resourceControlPolicies"] = [
                {"orgIdentifier": level, "policies": self.control_policies("rcp")}
                for level in LEVELS[: 1 + int(self.chance() * 3)]
            ]
        if self.happens(0.12):
            drawn["endpointPolicies"] = [self.ceiling("endpoint")]

    def has_resource_policy(self) -> bool:
        if not self.target.knows_resources or self.target.service == "iam":
            return False
        if self.target.service == "sts":
            return not self.odd(4)  # a role always has a trust policy
        if self.target.service == "kms":
            return self.happens(0.95)
        return self.happens(0.55 if self.same_account else 0.93)

    def control_policies(self, kind: str) -> list[Json]:
        if kind == "scp" and self.happens(0.02):
            return []
        if kind == "rcp":
            return [
                {"Version": "2012-10-17", "Statement": [self.statement("rcp", "Deny", fit=0.5)]}
                for _ in range(int(self.chance() * 2.5))
            ]
        return [self.ceiling("scp") for _ in range(1 + self.happens(0.3))]

    def ceiling(self, kind: str) -> Json:
        """Return a policy that mostly lets the request through, as those that only limit do."""
        statements = []
        if self.happens(0.6):
            everything: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
            if kind == "endpoint":
                everything["Principal"] = "*"
            statements.append(everything)
        else:
            statements.append(self.statement(kind, "Allow", fit=0.93))
        if self.happens(0.35):
            statements.append(self.statement(kind, "Deny", fit=0.5))
        self.rng.shuffle(statements)
        return {"Version": "2012-10-17", "Statement": statements}

    def policy(self, kind: str, fit: float) -> Json:
        statements = [self.statement(kind, "Allow", fit)]
        if self.happens(0.35):
            statements.append(self.statement(kind, "Allow", fit * 0.7))
        if self.happens(0.3):
            statements.append(self.statement(kind, "Deny", fit=0.5))
        self.rng.shuffle(statements)
        document: Json = {"Version": "2012-10-17", "Statement": statements}
        if self.happens(0.05) and (not _holds_variables(statements) or self.odd(25)):
            if self.happens(0.5):
                document["Version"] = "2008-10-17"
            else:
                del document["Version"]
        if len(statements) == 1 and self.happens(0.3):
            document["Statement"] = statements[0]
        return document

    def statement(self, kind: str, effect: str, fit: float) -> Json:
        """
        Draw a statement.

        Args:
            kind: The type of its policy.
            effect: `Allow` or `Deny`.
            fit: How probably each of its elements fits the request.

        """
        statement: Json = {"Effect": effect}
        if self.happens(0.3):
            statement["Sid"] = self.pick(("AllowReaders", "DenyOthers", "Shared"))
        if kind in {"rcp", "endpoint"}:
            statement["Principal"] = "*"
        elif kind == "resource":
            self.draw_principal(statement, effect, fits=self.happens(fit))
        self.draw_action(statement, kind, fits=self.happens(max(fit, 0.7)))
        if not (kind == "resource" and self.target.service == "sts"):
            self.draw_resource(statement, kind, fits=self.happens(max(fit, 0.7)))
        conditions = self.rng.choices((0, 1, 2, 3), (45, 35, 15, 5))[0]
        if conditions:
            self.draw_conditions(statement, conditions, fit)
        return statement

    # --- The elements of a statement -------------------------------------------------------------------------------

    def draw_principal(self, statement: Json, effect: str, *, fits: bool) -> None:
        caller = self.caller
        if effect == "Deny" and self.happens(0.3) and caller.kind != "anonymous":
            statement["NotPrincipal"] = self.exempting(fits=fits)
            return
        if not fits:
            if self.happens(0.1):
                return  # a statement about nobody (A19-4)
            statement["Principal"] = self.strangers()
            return
        if caller.kind == "anonymous" or self.happens(0.2):
            statement["Principal"] = self.pick(("*", {"AWS": "*"}, {"AWS": ["*"]}))
            return
        if caller.kind == "service":
            named: Json = {"Service": self.one_or_several([caller.arn], [one.arn for one in SERVICES])}
            if self.happens(0.2):
                named["AWS"] = self.pick(STRANGERS)
            statement["Principal"] = named
            return
        names = [self.rng.choices(caller.names, (3, 4, 2)[: len(caller.names)])[0]]
        if names[0].endswith(":root") and self.happens(0.4):
            names = [caller.account or ""]
        principal: Json = {"AWS": self.one_or_several(names, STRANGERS)}
        if self.happens(0.1):
            principal["Service"] = self.pick(SERVICES).arn
        statement["Principal"] = principal

    def exempting(self, *, fits: bool) -> Json:
        """Return who a denial spares: the caller in every form it may be named by, or others."""
        caller = self.caller
        if fits:
            return self.strangers()
        if caller.kind == "service":
            return {"Service": [caller.arn]}
        names = list(caller.names)
        if self.odd(25):
            names.pop(int(self.chance() * len(names)))
        return {"AWS": [*names, *([self.pick(STRANGERS)] if self.happens(0.3) else [])]} if names else self.strangers()

    def strangers(self) -> Json:
        others = [name for name in STRANGERS if name not in self.caller.names]
        return self.pick(
            (
                {"AWS": self.one_or_several([self.pick(others)], others)},
                {"Service": "states.amazonaws.com"},
                # Wildcards in part of a principal match nobody (A8-1).
                {"AWS": f"arn:aws:iam::{HOME}:{self.pick(('role/*', 'user/*', '*'))}"},
                {"Federated": f"arn:aws:iam::{HOME}:saml-provider/people"},
                {"AWS": [self.pick(others)], "Service": ["ec2.amazonaws.com"]},
            )
        )

    def one_or_several(self, wanted: list[str], others: Sequence[str]) -> str | list[str]:
        if self.happens(0.5) and len(wanted) == 1:
            return wanted[0]
        extra = [self.pick(others) for _ in range(int(self.chance() * 2.4))]
        found = list(dict.fromkeys([*wanted, *extra]))
        self.rng.shuffle(found)
        return found

    def draw_action(self, statement: Json, kind: str, *, fits: bool) -> None:
        # A resource control policy knows no `NotAction`, and no `*` that stands for all services (A12-4).
        controls = kind == "rcp"
        excludes = self.happens(0.1) and not controls
        matching = fits != excludes
        element = "NotAction" if excludes else "Action"
        if matching:
            actions = [self.matching_action(whole=not controls)]
            statement[element] = self.one_or_several(actions, self.other_actions())
        else:
            others = self.other_actions()
            statement[element] = self.one_or_several([self.pick(others)], others)

    def matching_action(self, *, whole: bool) -> str:
        service, _, name = self.target.action.partition(":")
        at = 1 + int(self.chance() * (len(name) - 1))
        return self.pick(
            (
                f"{service}:{name}",
                f"{service}:{name}",
                f"{service}:{name}",
                f"{service}:{name.lower()}",
                f"{service}:{name[:at]}*",
                f"{service}:*{name[at:]}",
                f"{service}:{name[: at - 1]}?{name[at:]}",
                f"{service}:{name[0]}*{name[-1]}",
                f"{service}:*",
                "*" if whole else f"{service}:*",
            )
        )

    def other_actions(self) -> tuple[str, ...]:
        service, _, name = self.target.action.partition(":")
        verb = "Tag" if name[0] != "T" else "Untag"
        other = "ec2" if service != "ec2" else "s3"
        return (
            f"{service}:{verb}Resource",
            f"{service}:{verb}*",
            f"{service}:{name}?",
            # One pattern that no action has, not two (A19-5).
            f"{service}:{name},{verb}Resource" if self.happens(0.3) else f"{service}:{verb}{name}",
            f"{other}:{name}",
            f"{other}:*",
        )

    def draw_resource(self, statement: Json, kind: str, *, fits: bool) -> None:
        if not self.target.knows_resources and kind in {"identity", "session"} and self.happens(0.5):
            fits = True
        excludes = self.happens(0.1) and kind != "rcp"
        matching = fits != excludes
        element = "NotResource" if excludes else "Resource"
        if matching:
            wanted = [self.matching_resource(excludes=excludes)]
            found = self.one_or_several(wanted, self.other_resources(excludes=excludes))
        else:
            others = self.other_resources(excludes=excludes)
            found = self.one_or_several([self.pick(others)], others)
        statement[element] = found

    def matching_resource(self, *, excludes: bool) -> str:
        resource = self.resource
        if not self.target.knows_resources or (self.happens(0.25) and not excludes):
            return "*"
        head, tail = _split(resource)
        written = [
            resource,
            resource,
            _with_wildcard(head, tail, self.chance()),
            _with_one_open(head, tail, self.chance()),
        ]
        written.append(f"{head}*")
        if ":" in head and "::" not in head:
            prefix, _, account, _ = head.rsplit(":", 3) if head.count(":") >= 5 else ("", "", "", "")
            if account:
                written.append(f"{prefix}:*:{account}:{head.rpartition(':')[2]}{tail}")
        found = self.pick(written)
        if found == resource and set("*?$") & set(tail) and self.happens(0.5):
            return head + _literally(tail)
        # Without a slash before it the simulator doesn't see a variable (A19-6).
        if self.happens(0.35) and ("/" in head or resource.startswith("arn:aws:s3:") or self.odd(20)):
            found = self.with_variable(found, len(head))
        return found

    def with_variable(self, text: str, start: int) -> str:
        """Write part of a text as a variable of the request that holds it, or with a default that does."""
        at = start + int(self.chance() * (len(text) - start))
        if self.held(TENANT_TAG) == "":
            return f"{text[:at]}${{{TENANT_TAG.name}}}{text[at:]}"
        if self.odd():
            return f"{text[:at]}${{aws:PrincipalTag/absent, ''}}{text[at:]}"
        for name, value in self.context.items():
            if type(value) is str and len(value) > 2 and value in text[start:] and not value.startswith("arn:"):
                at = text.index(value, start)
                default = self.pick(("", "", ", 'none'"))
                return f"{text[:at]}${{{_recased(name, self.chance())}{default}}}{text[at + len(value) :]}"
        if self.happens(0.4):
            end = at + 1 + int(self.chance() * (len(text) - at))
            taken = text[at:end]
            if taken and not set(taken) & set("*?${}'"):
                return f"{text[:at]}${{aws:PrincipalTag/absent, '{taken}'}}{text[end:]}"
        return text

    def other_resources(self, *, excludes: bool) -> tuple[str, ...]:
        resource = self.resource
        if not self.target.knows_resources:
            return ("arn:aws:s3:::lake", f"arn:aws:glue:eu-west-1:{HOME}:catalog", "arn:aws:s3:::*")
        head, tail = _split(resource)
        others = [
            f"{head}other/{tail[-3:]}",
            f"{head}{tail}/more",
            f"{head}{tail[:-1]}",
            f"{head}{tail.swapcase()}",
            f"{resource[: resource.index(':', 8)]}::{ELSEWHERE}:nothing/x",
            "arn:aws:ses:eu-west-1:111111111111:identity/example.com",
        ]
        if not excludes:
            others.append(f"{head}${{aws:PrincipalTag/absent}}{tail}")
            others.append(f"{head}{'${aws:CalledVia}'}*")
        elif self.odd(3):
            others = [f"{head}${{aws:PrincipalTag/absent}}"]
        return tuple(other for other in others if other != resource)

    # --- Conditions ------------------------------------------------------------------------------------------------

    def draw_conditions(self, statement: Json, count: int, fit: float) -> None:
        block: dict[str, Json] = {}
        principal_keys = (
            Key("aws:PrincipalArn", Shape.ARN, ()),
            Key("aws:PrincipalAccount", Shape.TEXT, (HOME, AWAY)),
        )
        given = [key for key in self.keys if self.held(key) is not None]
        given.extend(key for key in principal_keys if key.name in self.context)
        for _ in range(count):
            absent = [key for key in self.keys if self.held(key) is None]
            key = self.pick(given) if given and (self.happens(0.75) or not absent) else self.pick(absent or given)
            operator, values = self.condition(key, self.held(key), holds=self.happens(max(fit, 0.6)))
            block.setdefault(operator, {})[_recased(key.name, self.chance())] = (
                values[0] if len(values) == 1 and self.happens(0.6) else values
            )
        statement["Condition"] = block

    def held(self, key: Key) -> Any:
        if key.name == TENANT_TAG.name and key.name not in self.context:
            return self.context.get("aws:principaltag/Tenant_Id")
        return self.context.get(key.name)

    def condition(self, key: Key, held: Any, *, holds: bool) -> tuple[str, list[Any]]:
        """Draw an operator and values for a key that the request holds (`None`: it doesn't)."""
        if self.happens(0.5 if held == "" else 0.08):
            present = "false" if held is not None else "true"
            return "Null", [present if holds else {"true": "false", "false": "true"}[present]]
        operator = self.pick(OPERATORS[key.shape])
        negated = "Not" in operator
        sample = held[0] if isinstance(held, list) else held
        if sample is None:
            values = self.values(operator, key, self.pick(key.values), matching=self.happens(0.5))
        else:
            values = self.values(operator, key, sample, matching=holds != negated)
        if self.happens(0.2 if held is None else 0.08):
            operator += "IfExists"
        if key.several:
            prefix = self.pick(("ForAnyValue:", "ForAllValues:")) if self.happens(0.93) else ""
        else:
            prefix = self.pick(("ForAnyValue:", "ForAllValues:")) if self.happens(0.06) else ""
        if operator.endswith("IfExists") and prefix == "ForAnyValue:" and held is None and not self.odd(120):
            prefix = "ForAllValues:"
        written = prefix + operator
        return (written.lower() if self.happens(0.03) else written), values

    def values(self, operator: str, key: Key, held: str, *, matching: bool) -> list[Any]:
        shape = key.shape
        if shape is Shape.BOOL:
            flag = held if matching else {"true": "false", "false": "true"}[held]
            written = [flag, flag, flag.title(), flag.upper()]
            # The simulator stumbles over a JSON boolean when it looks whether a bucket policy is public.
            return [self.pick(written if key.name == "aws:PrincipalIsAWSService" else [*written, flag == "true"])]
        if shape in {Shape.NUMBER, Shape.DATE}:
            return self.compared(operator, key, held, matching=matching)
        if shape is Shape.ADDRESS:
            return self.networks(held, matching=matching)
        nowhere = [self.pick(_NOWHERE[shape])]
        if operator in _IGNORING_CASE:
            nowhere = [self.pick(("nobody", "tenant"))]
        elif self.happens(0.15) and ("Not" not in operator or self.odd(8)) and shape is not Shape.BINARY:
            nowhere = ["${aws:PrincipalTag/absent}" if shape is Shape.TEXT else "arn:aws:iam::${aws:Absent}:role/x"]
        elif self.happens(0.3) and len(key.values) > 1 and shape is Shape.TEXT:
            nowhere = [value for value in key.values if value not in (held, "")][:1] or nowhere
        if not matching:
            return nowhere
        values = [self.matching_value(operator, held, shape)]
        if self.happens(0.3):
            values.extend(nowhere)
            self.rng.shuffle(values)
        return values

    def matching_value(self, operator: str, held: str, shape: Shape) -> str:
        if operator in _IGNORING_CASE:
            return self.pick((held, held.upper(), held.swapcase()))
        written = [held, held]
        wild = operator.startswith("Arn") or "Like" in operator
        if wild and len(held) > 1:
            head, tail = _split(held) if shape is Shape.ARN else ("", held)
            written.append(_with_wildcard(head, tail, self.chance()))
            written.append(_with_one_open(head, tail, self.chance()))
            if shape is Shape.ARN:
                written.append(":".join([*held.split(":")[:3], "*", "*", held.split(":", 5)[5]]))
            else:
                written.append("?*")
        found = self.pick(written)
        if found == held and set("*?$") & set(held) and (wild or self.happens(0.5)):
            return _literally(held)
        if self.happens(0.2) and shape is not Shape.BINARY:
            found = self.with_variable(found, len(_split(found)[0]) if found.startswith("arn:") else 0)
        return found

    def compared(self, operator: str, key: Key, held: str, *, matching: bool) -> list[Any]:
        is_date = key.shape is Shape.DATE
        comparison = operator.removeprefix("Date" if is_date else "Numeric")
        negated = comparison == "NotEquals"
        wanted = matching != negated
        order = sorted(key.values, key=str if is_date else float)
        compare = _COMPARE[comparison]
        fitting = [value for value in order if compare(order.index(held), order.index(value)) == wanted] or order[:1]
        value = self.pick(fitting)
        if is_date:
            if self.odd(5):
                return [self.pick(("1767225600", "1735689600"))]
            return [value.replace("Z", "+00:00") if self.happens(0.1) else value]
        number = float(value) if "." in value else int(value)
        return [self.pick((value, value, number, f"{value}.0" if "." not in value else f"{value}0"))]

    def networks(self, held: str, *, matching: bool) -> list[Any]:
        within = [network for network in _NETWORKS if _is_within(held, network)]
        if not matching:
            outside = [network for network in _NETWORKS if network not in within]
            # The simulator gets a single address of the other family wrong (A4-3).
            single = "2001:db8:ffff::1" if (":" in held) != self.odd(10) else "192.0.2.1"
            return [self.pick((*_NOWHERE[Shape.ADDRESS], single, self.pick(outside)))]
        whole = f"{held}/{128 if ':' in held else 32}"
        if "." in held and self.odd(5):
            within.append("0.0.0.0/0")
        values = [self.pick((held, whole, *within))]
        if self.happens(0.3):
            values.append("192.0.2.0/24")
        return values


def _is_within(address: str, network: str) -> bool:
    try:
        return ip_network(address).subnet_of(ip_network(network))  # type: ignore[arg-type]
    except TypeError:
        return False


def _split(arn: str) -> tuple[str, str]:
    """Split an ARN after the type of its resource; a bucket has none."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return "", arn
    head = ":".join(parts[:5]) + ":"
    rest = parts[5]
    if parts[2] == "s3":
        return head, rest
    for separator in ("/", ":"):
        kind, found, name = rest.partition(separator)
        if found and kind.replace("-", "").isalpha():
            return head + kind + separator, name
    return head, rest


def _with_wildcard(head: str, tail: str, where: float) -> str:
    start = int(where * len(tail))
    end = start + int(where * 7919 % 1 * (len(tail) - start)) + 1
    return f"{head}{tail[:start]}*{tail[end:]}"


def _with_one_open(head: str, tail: str, where: float) -> str:
    at = int(where * len(tail))
    return f"{head}{tail[:at]}?{tail[at + 1 :]}"


def _literally(text: str) -> str:
    """Write a text so that no sign in it means anything in a pattern."""
    return "".join(f"${{{sign}}}" if sign in "*?$" else sign for sign in text)


def _recased(key: str, where: float) -> str:
    """Return a condition key as people write it: its case doesn't count."""
    return key.lower() if where < 0.15 else key.upper() if where > 0.97 and ":" in key else key


def _holds_variables(statements: list[Json]) -> bool:
    return "${" in repr(statements)


__all__ = ["ELSEWHERE", "ORGANIZATION", "Json", "case", "cases"]
