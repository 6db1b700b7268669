"""Who answers prompts, and on what terms."""
