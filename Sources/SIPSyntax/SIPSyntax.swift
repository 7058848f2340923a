// SIPSyntax
