"""
What every component is: one declaration of the plan, placed on resources.

A component's module holds one class; naming the declaration it places is all the registration there is.

    class LfTag(LakeComponent[LfTagArgs], area="governance"):
        def place(self, args: LfTagArgs, declared: Declared) -> None:
            aws.lakeformation.LfTag(self.logical_name, key=args.key, values=args.values, opts=self.child())
            self.register_outputs({})
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

import pulumi

from lakeward.plan.declarations import Declaration, LakeArgs

DeclarationT = TypeVar("DeclarationT", bound=Declaration)
ComponentT = TypeVar("ComponentT", bound="LakeComponent[Any]")


class Declared:
    """What a stack has declared so far: the stack itself, and its components by logical name."""

    def __init__(self, lake: LakeArgs) -> None:
        self.lake = lake
        self._components: dict[str, LakeComponent[Any]] = {}

    def add(self, component: LakeComponent[Any]) -> None:
        """Take a component in."""
        self._components[component.logical_name] = component

    def __contains__(self, logical_name: object) -> bool:
        return logical_name in self._components

    def __getitem__(self, logical_name: str) -> LakeComponent[Any]:
        """Return what was declared under a name; `KeyError` says that the plan orders or names it wrongly."""
        if logical_name not in self._components:
            raise KeyError(f"`{logical_name}` is referred to before it is declared")
        return self._components[logical_name]

    def the(self, kind: type[ComponentT], logical_name: str) -> ComponentT:
        """Return the component of a kind that a reference field of a declaration names."""
        component = self[logical_name]
        if not isinstance(component, kind):
            raise TypeError(f"`{logical_name}` is a {type(component).__name__}, not a {kind.__name__}")
        return component


class LakeComponent(pulumi.ComponentResource, Generic[DeclarationT]):
    """
    Base of all components: `lake:<area>:<Noun>`, named as the plan names it, child of the lake.

    Subclasses name the declaration they place as the type argument and their area as a class argument, and
    implement `place`. `inputs` is what a preview shows on the component itself.
    """

    registry: ClassVar[dict[type[Declaration], type[LakeComponent[Any]]]] = {}
    """Which component places which declaration; filled by defining the classes."""

    type_token: ClassVar[str]

    def __init_subclass__(cls, *, area: str | None = None, **kwargs: object) -> None:
        """Register a component; a class without an area is a shared base."""
        super().__init_subclass__(**kwargs)
        if area is None:
            return
        cls.type_token = f"lake:{area}:{cls.__name__}"
        (declaration,) = (
            argument
            for base in cls.__orig_bases__  # type: ignore[attr-defined]  # typing sets it on generic subclasses
            if isinstance(get_origin(base), type) and issubclass(get_origin(base), LakeComponent)
            for argument in get_args(base)
        )
        if declaration in cls.registry:
            raise TypeError(f"{declaration.__name__} has two components: {cls.registry[declaration]}, {cls}")
        cls.registry[declaration] = cls

    def __init__(self, args: DeclarationT, declared: Declared, opts: pulumi.ResourceOptions) -> None:
        self.logical_name = args.logical_name
        self._depends_on: Sequence[pulumi.Resource] = [declared[name] for name in args.depends_on]
        super().__init__(self.type_token, args.logical_name, self.inputs(args), opts)
        self.place(args, declared)

    def inputs(self, args: DeclarationT) -> dict[str, Any]:  # noqa: ARG002  # subclasses use it
        """Return what a preview shows on the component itself, by its name there; by default nothing."""
        return {}

    def place(self, args: DeclarationT, declared: Declared) -> None:
        """Declare the children, set the typed outputs, call `register_outputs`."""
        raise NotImplementedError

    def child(
        self,
        *depends_on: pulumi.Resource,
        delete_before_replace: bool = True,
        retained: bool = False,
        protected: bool = False,
    ) -> pulumi.ResourceOptions:
        """
        Return the options of a child: fresh ones, so that nothing of the component's own is copied (P9).

        A child waits for what the declaration depends on: a component's own `depends_on` doesn't reach its
        children, and strings carry no dependency. Physical identity is always given, so the old and the new
        of a replacement can't exist side by side: deleted first, unless the service makes up the identity.
        What is `retained` leaves the stack without being deleted; what is `protected` is neither deleted nor replaced,
        and an update that would is refused.
        """
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=[*self._depends_on, *depends_on],
            delete_before_replace=delete_before_replace,
            retain_on_delete=retained,
            protect=protected or None,
        )


def component_of(declaration: Declaration) -> type[LakeComponent[Any]]:
    """Return the class that places a declaration."""
    found = registry().get(type(declaration))
    if found is None:
        raise TypeError(f"no component places {type(declaration).__name__}")
    return found


def registry() -> Mapping[type[Declaration], type[LakeComponent[Any]]]:
    """Return all components, after importing every module of this package: adding one is adding a file."""
    _import_all()
    return dict(LakeComponent.registry)


@cache
def _import_all() -> None:
    package = importlib.import_module("components")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"components.{module.name}")
