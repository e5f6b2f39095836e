"""MetaCortex: a lead from the ad or the e-mail to the sale."""
