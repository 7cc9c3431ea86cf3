SELECT "case", key, account AS told FROM rows
