"""A Bedrock on loopback that speaks the real wire: the offline mode and the tests' world."""
