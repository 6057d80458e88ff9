"""Verbs that change people and subscriptions together with what follows from them."""
