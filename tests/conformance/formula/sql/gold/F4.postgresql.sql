-- ROUND(amount * qty * (1 - discount) * (1 + taxRate) + freight, 2)
-- value (number)
round((nullif(nullif(least(greatest(to_char(round(((nullif(nullif(least(greatest(to_char(round((((coalesce(deal.amount, 0) * coalesce(deal.qty, 0)) * (CAST(%(param_1)s AS NUMERIC) - coalesce(deal.discount, 0))) * (CAST(%(param_2)s AS NUMERIC) + coalesce(deal."taxRate", 0))), 288), '9.99999999999999999999999999999999999999EEEE')::numeric, -1e251), 1e251), -1e251), 1e251)) + coalesce(deal.freight, 0)), 288), '9.99999999999999999999999999999999999999EEEE')::numeric, -1e251), 1e251), -1e251), 1e251)), 2)
--   param_1 = Decimal('1'), param_2 = Decimal('1')
