"""Outside systems that say who somebody is: OpenID Connect issuers and Clerk."""
