-- ROUND(amount * qty * (1 - discount) * (1 + taxRate) + freight, 2)
-- value (decimal_text)
formula_round(?, formula_add(?, formula_multiply(?, formula_multiply(?, formula_multiply(?, coalesce(deal.amount, 0), coalesce(deal.qty, 0)), ? - coalesce(deal.discount, 0)), ? + coalesce(deal."taxRate", 0)), coalesce(deal.freight, 0)), ?)
--   param_1 = 'n,i0>n', param_2 = 'n,i2>n', param_3 = 'n,i4>n', param_4 = 'n,i4>n', param_5 = 'i2,i0>n', param_6 = 10000, param_7 = 10000, param_8 = 2
