"""What a process runs that `attach` has waited for in vain: nothing."""
