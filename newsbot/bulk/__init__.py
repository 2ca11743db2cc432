"""Work over many captures at once: units, a ledger of them, and the engines that do them."""
