"""Pure functions on arrays: margins of error, rates, disparity measures, suppression and areal weights."""
