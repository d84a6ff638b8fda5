-- AND(NOT(ISBLANK(closeDate)), closeDate >= TODAY(), closeDate - createdDate <= 90, OR(MONTH(closeDate) = 12, YEAR(closeDate) = 2025))
-- value (boolean)
coalesce(deal."closeDate" IS NOT NULL AND deal."closeDate" >= %(today)s::DATE AND ((deal."closeDate" - deal."createdDate")::numeric) <= CAST(%(param_1)s AS NUMERIC) AND (extract(month FROM deal."closeDate") = CAST(%(param_2)s AS NUMERIC) OR extract(year FROM deal."closeDate") = CAST(%(param_3)s AS NUMERIC)), false)
--   param_1 = Decimal('90'), param_2 = Decimal('12'), param_3 = Decimal('2025')
-- condition
deal."closeDate" IS NOT NULL AND deal."closeDate" >= %(today)s::DATE AND ((deal."closeDate" - deal."createdDate")::numeric) <= CAST(%(param_1)s AS NUMERIC) AND (extract(month FROM deal."closeDate") = CAST(%(param_2)s AS NUMERIC) OR extract(year FROM deal."closeDate") = CAST(%(param_3)s AS NUMERIC))
--   param_1 = Decimal('90'), param_2 = Decimal('12'), param_3 = Decimal('2025')
