"""Issue, receive, compare and report self-assessment audits against domestic abuse and sexual assault standards."""
