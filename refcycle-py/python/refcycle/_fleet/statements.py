"""The reduction of summaries, as statements for DuckDB.

`rows` are the rows of all summaries, `names` the files that they are of, and `older` the versions
whose processes are the comparison.
"""

from __future__ import annotations

__all__ = ["FINDINGS", "PER_PROCESS", "PREPARATION", "UNUSUAL", "VERSIONS"]

# At least this share of the bytes of a heap matters.
_SHARE = 0.01
# At least so many more objects, unless the objects themselves became larger.
_OBJECTS = 100
# How many deviations of the logarithm lie between what is usual and what is not.
_DEVIATIONS = 6
# The least deviation: processes that do the same work differ by an eighth.
_LEAST_DEVIATION = 0.12
# The processes of an application without which nothing is usual.
_PROCESSES = 5
# The dumps of a process without which nothing grows steadily.
_DUMPS = 3
# The outliers with equal objects that may have loaded data. Containers grow in steps, so that two
# that leak often have the same size.
_EQUAL = 2
_EQUAL_LARGER = 3

# A dump that has two names counts once. Times are in seconds: of dumps in one second, the later
# one has more before it.
_DUMPS_OF_ROWS = """
create table dumps as
with each_file as (
    select file, any_value(process) as process, any_value(time) as time,
        any_value(earlier_dumps) as earlier_dumps,
        any_value(objects) as objects, any_value(heap_bytes) as heap_bytes,
        coalesce(any_value(application), '') as application, any_value(host) as host,
        any_value(pid) as pid, any_value(labels) as labels,
        any_value(labels)['version'] as version
    from rows group by file
), once as (
    select * from each_file
    qualify row_number() over (
        partition by process, time, earlier_dumps, objects, heap_bytes, application
        order by file) = 1
)
select *, coalesce(version in (select version from older), false) as is_older,
    row_number() over (
        partition by process order by time, earlier_dumps nulls first, file) as number,
    count(*) over (partition by process) as of_process
from once
"""

_MEASURES = """
create table measures as
select file, dumps.application, dumps.process, number, of_process, is_older, dumps.heap_bytes,
    signature, any_value(type) as type, any_value(module) as module, sum(count) as count,
    sum(shallow) as shallow, sum(retained) as retained, sum(native) as native,
    bool_or(is_garbage) as is_garbage
from rows join dumps using (file)
group by all
"""

_CANDIDATES = f"""
create table candidates as
select application, signature from measures
group by all having bool_or(retained >= {_SHARE} * heap_bytes)
"""

# Absent from a summary is too little to matter: 0.
_GRID = """
create table grid as
select dumps.application, dumps.process, signature, dumps.number, dumps.of_process,
    dumps.is_older, dumps.heap_bytes, coalesce(count, 0)::double as count,
    coalesce(shallow, 0)::double as shallow, coalesce(retained, 0)::double as retained
from candidates join dumps using (application)
left join (select signature, file, count, shallow, retained from measures)
    using (signature, file)
"""

_OUTLIERS = f"""
create table outliers as
with last as (select * from grid where number = of_process),
comparison as (select * from last where is_older or not exists (from older)),
usual as (
    select application, signature, count(*) as processes,
        median(count) as count, median(shallow) as shallow, median(retained) as retained,
        greatest(1.4826 * mad(ln(1 + count)), {_LEAST_DEVIATION}) as count_deviation,
        greatest(1.4826 * mad(ln(1 + shallow)), {_LEAST_DEVIATION}) as shallow_deviation
    from comparison group by all
    having count(*) >= if(exists (from older), 1, {_PROCESSES})
), compared as (
    select application, process, signature, last.heap_bytes, usual.count as usual_count,
        last.count, last.shallow, last.retained - usual.retained as more_retained,
        last.shallow - usual.shallow as more_shallow,
        last.count - usual.count >= {_OBJECTS}
            and ln(1 + last.count) - ln(1 + usual.count)
                >= {_DEVIATIONS} * count_deviation as has_more,
        ln(1 + last.shallow) - ln(1 + usual.shallow)
            >= {_DEVIATIONS} * shallow_deviation as has_larger
    from last join usual using (application, signature) where not is_older
), sized as (
    select *, not has_more as is_larger,
        case when has_more then more_retained when has_larger then more_shallow else 0 end
            as excess
    from compared
)
select * from sized where excess >= {_SHARE} * heap_bytes
"""

_GROWTH = f"""
create table growth as
with steps as (
    select *, count - lag(count) over one as more, shallow - lag(shallow) over one as larger
    from grid where of_process >= {_DUMPS} and not is_older
    window one as (partition by process, application, signature order by number)
), series as (
    select application, process, signature, max(number) as dumps,
        max_by(heap_bytes, number) as heap_bytes,
        min_by(count, number) as first_count, max_by(count, number) as last_count,
        min_by(shallow, number) as first_shallow, max_by(shallow, number) as last_shallow,
        max_by(retained, number) - min_by(retained, number) as retained,
        min(more) as least_more, min(larger) as least_larger
    from steps group by all
), judged as (
    select *, last_count - first_count as more, last_shallow - first_shallow as larger,
        last_count >= 1.5 * first_count and more >= {_OBJECTS}
            and least_more >= 0.1 * more / (dumps - 1) as has_more,
        last_shallow >= 1.5 * first_shallow and least_larger > 0
            and least_larger >= 0.1 * larger / (dumps - 1) as has_larger
    from series
), sized as (
    select *, case when has_more then retained when has_larger then larger else 0 end as grown,
        not has_more as is_larger
    from judged
), falling as (
    select application, signature, min(least_more) as most_fewer from series group by all
)
select sized.*, from sized join falling using (application, signature)
where grown >= {_SHARE} * heap_bytes and (not has_more or most_fewer > -0.25 * more)
"""

PREPARATION = (
    _DUMPS_OF_ROWS,
    _MEASURES,
    _CANDIDATES,
    _GRID,
    _OUTLIERS,
    _GROWTH,
)
"""What makes the tables, in order."""

FINDINGS = f"""
with totals as (
    select application, signature, min_by(type, file) as type, min_by(module, file) as module,
        count(distinct process) as processes,
        sum(count) filter (number = of_process) as count,
        sum(shallow) filter (number = of_process) as shallow,
        sum(retained) filter (number = of_process) as retained,
        sum(native) filter (number = of_process) as native,
        bool_or(is_garbage) as is_garbage, max(count) filter (is_older) as older_most
    from measures group by all
), ends as (
    select application, process, signature,
        sum(retained) filter (number = of_process) as last,
        sum(retained) filter (number = 1) as first
    from measures where of_process > 1 group by all
), changes as (
    select application, signature, sum(coalesce(last, 0) - coalesce(first, 0)) as growth
    from ends group by all
), unusual as (
    select application, signature, count(*) as outliers, sum(excess) as excess,
        count(*) filter (is_larger) as larger_outliers, min(count) as outlier_fewest,
        max(count) as outlier_most, any_value(usual_count) as usual_count,
        count(*) >= if(bool_or(is_larger), {_EQUAL_LARGER}, {_EQUAL})
            and min(count) = max(count) and min(shallow) = max(shallow) as is_uniform
    from outliers group by all
), constant as (
    select application, signature,
        min(of_process) > 1 and min(grid.count) = max(grid.count)
            and min(grid.shallow) = max(grid.shallow) as is_constant
    from grid join outliers using (application, process, signature)
    group by all
), growing as (
    select application, signature, count(*) as growing,
        count(*) filter (is_larger) as larger_growing, sum(grown) as grown
    from growth group by all
), applications as (
    select application, count(distinct process) as of_processes,
        count(distinct process) filter (not is_older) as compared from dumps group by all
)
select application, signature, type, module, processes, of_processes, compared,
    coalesce(count, 0) as count, coalesce(shallow, 0) as shallow,
    coalesce(retained, 0) as retained, coalesce(native, 0) as native,
    is_garbage, coalesce(growth, 0) as growth,
    coalesce(outliers, 0) as outliers, coalesce(excess, 0) as excess,
    coalesce(larger_outliers, 0) as larger_outliers,
    coalesce(outlier_fewest, 0) as outlier_fewest, coalesce(outlier_most, 0) as outlier_most,
    coalesce(usual_count, 0) as usual_count, coalesce(growing, 0) as growing,
    coalesce(larger_growing, 0) as larger_growing, coalesce(grown, 0) as grown,
    coalesce(is_uniform, false) as is_uniform, coalesce(is_constant, false) as is_constant,
    coalesce(older_most, 0) as older_most
from totals join applications using (application)
left join changes using (application, signature)
left join unusual using (application, signature)
left join constant using (application, signature)
left join growing using (application, signature)
order by application, signature
"""
"""A row for each signature of each application."""

UNUSUAL = """
with each as (
    select application, process, signature, excess, 0 as grown from outliers
    union all select application, process, signature, 0 as excess, grown from growth
), once as (
    select application, process, signature, sum(excess) as excess, sum(grown) as grown
    from each group by all
)
select application, signature, process, file, host, pid, map_keys(labels) as keys,
    map_values(labels) as values, coalesce(count, 0) as count,
    coalesce(shallow, 0) as shallow, coalesce(retained, 0) as retained, excess, grown
from once
join (select application, process, file, host, pid, labels from dumps where number = of_process)
    using (application, process)
left join (select signature, file, count, shallow, retained from measures)
    using (signature, file)
order by application, signature, greatest(excess, grown) desc, file
"""
"""The processes that make a signature a suspect, those with most of what is unusual first."""

VERSIONS = """
select application, count(distinct process) filter (not is_older) as newer,
    count(distinct process) filter (is_older) as older
from dumps group by all order by application
"""
"""The numbers of processes of each application: those of older versions, and the others."""

PER_PROCESS = """
with unusual as (
    select application, process, signature, true as is_unusual from outliers
    union select application, process, signature, true from growth
), having_it as (
    select distinct application, process, signature from measures
    join (select unnest($signatures) as signature) using (signature)
)
select application, signature, process, number, time, coalesce(count, 0) as count,
    coalesce(retained, 0) as retained, coalesce(is_unusual, false) as is_unusual,
    file, host, pid, map_keys(labels) as keys, map_values(labels) as values
from having_it
join (select application, process, number, file, time, host, pid, labels from dumps)
    using (application, process)
left join (select signature, file, count, retained from measures) using (signature, file)
left join unusual using (application, process, signature)
order by application, signature, process, number
"""
"""What the processes that have some signatures have of them at each dump, for pictures."""
