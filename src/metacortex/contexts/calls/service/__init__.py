"""Use cases of the calls context.

So that no two transactions wait for each other, whoever waits for one of these locks holds none that is named later:

1. an idempotency key; a campaign, and whom on its list it is about to call;
2. consent for the numbers that are called (`privacy.Use.lock`);
3. an organization's own numbers, where they are limited (`showing.hold_numbers`);
4. its phones (`agents.hold_phones`);
5. calls, in the order of their ids; then what agents are doing; then whom on a list a call that is on reaches;
6. trunks and servers, in the order of their names (`trunks.require_room`).

Who takes many of one kind passes over those that others have (targets, agents, consents of a list) or takes them by one
statement in their order. What is committed is let go: a look at a campaign frees agents in a transaction of its own.
"""
