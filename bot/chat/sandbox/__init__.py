"""An embedded puppet service: a small imaginary WeChat that speaks the real Wechaty gRPC protocol."""
