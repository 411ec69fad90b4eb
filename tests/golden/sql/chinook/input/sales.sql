-- name: chain_of_command :many
WITH RECURSIVE chain AS (
    SELECT employee_id, first_name, reports_to, 0 AS depth, ARRAY[employee_id] AS path
    FROM employee WHERE reports_to IS NULL
    UNION ALL
    SELECT e.employee_id, e.first_name, e.reports_to, c.depth + 1, c.path || e.employee_id
    FROM employee e JOIN chain c ON c.employee_id = e.reports_to
)
SELECT * FROM chain ORDER BY path;

-- name: employees_and_bosses :many
-- embed: boss
SELECT e.employee_id, e.first_name, boss.*
FROM employee e LEFT JOIN employee boss ON boss.employee_id = e.reports_to
ORDER BY e.employee_id;

-- name: customers_with_spending :many
SELECT c.customer_id, c.company, sum(i.total) AS spent, count(i.*) AS invoices, max(i.invoice_date) AS latest
FROM customer c LEFT JOIN invoice i USING (customer_id)
GROUP BY c.customer_id
ORDER BY c.customer_id;

-- name: best_customer_of_each_country :many
WITH spending AS (
    SELECT customer_id, sum(total) AS spent FROM invoice GROUP BY customer_id
)
SELECT DISTINCT ON (c.country) c.country, c.first_name, s.spent
FROM customer c JOIN spending s USING (customer_id)
ORDER BY c.country NULLS LAST, s.spent DESC;

-- name: monthly_sales :many
SELECT m.month::date AS month, coalesce(sum(i.total), 0) AS total
FROM generate_series(@since::timestamp, @until::timestamp, interval '1 month') AS m (month)
LEFT JOIN invoice i ON i.invoice_date >= m.month AND i.invoice_date < m.month + interval '1 month'
GROUP BY m.month ORDER BY m.month;

-- name: colleagues :many
SELECT a.first_name AS one, b.first_name AS other
FROM employee a CROSS JOIN employee b
WHERE a.reports_to = b.reports_to AND a.employee_id < b.employee_id
ORDER BY 1, 2;

-- name: support :many
SELECT e.first_name, c.first_name AS customer
FROM employee e NATURAL LEFT JOIN (SELECT support_rep_id AS employee_id, first_name AS customer FROM customer) x
LEFT JOIN customer c ON c.support_rep_id = e.employee_id AND c.first_name = x.customer
ORDER BY e.employee_id, c.customer_id;

-- name: sell :one!
-- timeout: 5s
-- error: invoice_line_track_id_fkey = 404 track.unknown There is no such track.
-- error: invoice_line_quantity_check = 422 line.quantity A line has at least one.
WITH bill AS (
    INSERT INTO invoice (customer_id, invoice_date, total)
    VALUES (@customer_id, @invoice_date, @unit_price::numeric * @quantity::int)
    RETURNING invoice_id, total
), line AS (
    INSERT INTO invoice_line (invoice_id, track_id, unit_price, quantity)
    SELECT invoice_id, @track_id, @unit_price, @quantity FROM bill
    RETURNING invoice_line_id
)
SELECT bill.invoice_id, bill.total, line.invoice_line_id FROM bill, line;

-- name: recompute_totals :execrows
UPDATE invoice i SET total = l.total
FROM (SELECT invoice_id, sum(unit_price * quantity) AS total FROM invoice_line GROUP BY invoice_id) l
WHERE l.invoice_id = i.invoice_id AND l.total <> i.total;

-- name: forget_lines :exec
DELETE FROM invoice_line USING invoice WHERE invoice.invoice_id = invoice_line.invoice_id AND customer_id = @customer_id;

-- name: invoice_lines :many
SELECT l.invoice_line_id, l.unit_price * l.quantity AS price, t.name, a.title, r.name AS artist
FROM invoice_line l
JOIN track t USING (track_id)
LEFT JOIN (album a JOIN artist r USING (artist_id)) USING (album_id)
WHERE l.invoice_id = @invoice_id
ORDER BY l.invoice_line_id;

-- name: count_customers :one!
-- replica_ok
-- filter: country = @country
SELECT count(*) FROM customer;

-- name: rename_customer :one
-- nullable: company
UPDATE customer SET company = @company WHERE email = @email RETURNING customer_id, company;
