// SIPTransactions
