"""Labels as people write them: spellings that a reader takes for one, words for a missing answer, order of names."""
