"""The rules, one module each: the module is named by the rule's claim and holds it as `RULE`."""
