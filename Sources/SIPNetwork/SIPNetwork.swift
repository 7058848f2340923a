// SIPNetwork
