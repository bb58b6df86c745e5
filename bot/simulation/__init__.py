"""The whole bot in virtual time: a town that talks, a gateway that fails, and a judge who trusts neither."""
