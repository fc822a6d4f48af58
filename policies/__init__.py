"""The policy pack: what no stack may do, judged in every preview. `policies/RULES.md` lists the rules."""
