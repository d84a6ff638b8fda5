-- IF(account.owner.dept.name = '销售部' && account.parent.rating >= 3, account.parent.creditLimit - amount * qty, BLANKVALUE(account.creditLimit, 0) * 0.5) > 0 || CONTAINS(account.parent.name, '集团')
-- value (boolean)
coalesce(formula_compare(CASE WHEN (account_owner_dept.name = ? AND account_parent.rating >= ?) THEN formula_subtract(?, coalesce(account_parent."creditLimit", 0), formula_multiply(?, coalesce(deal.amount, 0), coalesce(deal.qty, 0))) ELSE formula_decimal(coalesce(coalesce(account."creditLimit", 0), ?) * ?, ?) END, ?) > 0 OR instr(coalesce(account_parent.name, ?), ?) > ?, 0)
--   param_1 = '销售部', param_2 = 30, param_3 = 'i2,n>n', param_4 = 'i2,i0>n', param_5 = 0, param_6 = 5, formula_decimal_1 = 3, param_7 = '0', param_8 = '', param_9 = '集团', instr_1 = 0
-- condition
formula_compare(CASE WHEN (account_owner_dept.name = ? AND account_parent.rating >= ?) THEN formula_subtract(?, coalesce(account_parent."creditLimit", 0), formula_multiply(?, coalesce(deal.amount, 0), coalesce(deal.qty, 0))) ELSE formula_decimal(coalesce(coalesce(account."creditLimit", 0), ?) * ?, ?) END, ?) > 0 OR instr(coalesce(account_parent.name, ?), ?) > ?
--   param_1 = '销售部', param_2 = 30, param_3 = 'i2,n>n', param_4 = 'i2,i0>n', param_5 = 0, param_6 = 5, formula_decimal_1 = 3, param_7 = '0', param_8 = '', param_9 = '集团', instr_1 = 0
