"""What the report of a fleet says: each sentence is true of the summaries."""

import pytest

pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")

from helpers.fleets import write_summary

from refcycle import fleet

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]


@pytest.fixture
def write(tmp_path):
    """Write the summary of a dump with a number of objects."""

    def one(process, count, number=0, **facts):
        return write_summary(tmp_path, process, count, number=number, **facts)

    return one


@pytest.fixture
def reduced(tmp_path):
    """Return the report on the summaries that are there."""
    return lambda **options: fleet.reduce(tmp_path, **options)


class TestNumbers:
    def test_different_numbers_are_a_range(self, write, reduced):
        for process, count in enumerate([10, 10, 10, 10, 10, 10, 9000, 9500, 20000]):
            write(process, count)
        assert (
            "3 of 9 processes have 3.8 MB more than usual: 9,000 to 20,000 objects each, "
            "usually 10 objects\n"
        ) in reduced().to_text()

    def test_one_number_is_no_range(self, write, reduced):
        for process, count in enumerate([10] * 6 + [9000]):
            write(process, count)
        text = reduced().to_text()
        assert "1 of 7 processes has 899 kB more than usual: 9,000 objects, usually 10" in text

    @pytest.mark.parametrize("dumps", [1, 2])
    def test_two_processes_with_the_same_number(self, write, reduced, dumps):
        for process, count in enumerate([10] * 6 + [3000] * 2):
            for number in range(dumps):
                write(process, count, number)
        report = reduced()
        sentence = "all of them have the same number: it may be data that only these load"
        assert (sentence in report.to_text()) == (dumps == 1)
        # What stays the same at each dump is no leak.
        [found] = report.findings
        assert (found.is_suspect, found.is_uniform, found.is_constant) == (
            dumps == 1,
            True,
            dumps == 2,
        )
        assert found.example == ("6-1" if dumps == 2 else "6")

    def test_one_of_two_processes_with_the_same_number_has_one_dump(self, write, reduced):
        for process, count in enumerate([10] * 6 + [3000] * 2):
            for number in range(2 if process == 6 else 1):
                write(process, count, number)
        [found] = reduced().suspects
        assert (found.is_uniform, found.is_constant) == (True, False)

    def test_a_container_of_equal_size_that_grew_before(self, write, reduced):
        for process in range(6):
            write(process, 1, shallow=1000, retained=1000)
        for process in (6, 7):
            for number, size in enumerate([1000, 100_000, 500_000, 500_000]):
                write(process, 1, number, shallow=size, retained=size)
        report = reduced()
        [found] = report.suspects
        assert (found.outliers, found.larger_outliers, found.excess) == (2, 2, 998_000)
        assert (found.is_uniform, found.is_constant) == (False, False)
        assert "all of them" not in report.to_text()

    @pytest.mark.parametrize("dumps", [1, 2])
    def test_three_processes_with_larger_objects_of_the_same_size(self, write, reduced, dumps):
        for process in range(9):
            size = 500_000 if process > 5 else 1000
            for number in range(dumps):
                write(process, 1, number, shallow=size, retained=size)
        report = reduced()
        assert [found.is_suspect for found in report.findings] == [dumps == 1]
        sentence = "all of them have the same number and size: it may be data that only these load"
        assert (sentence in report.to_text()) == (dumps == 1)

    def test_the_same_number_of_growing_size_is_no_data(self, write, reduced):
        for process in range(8):
            for number in range(2):
                count = 3000 if process > 5 else 10
                shallow = count * (100 + 50 * number)
                write(process, count, number, shallow=shallow, retained=shallow)
        [found] = reduced().suspects
        assert (found.is_uniform, found.is_constant) == (True, False)

    def test_of_larger_objects_their_own_bytes_count(self, write, reduced):
        for process in range(6):
            facts = {"shallow": 100, "retained": 3_000_000 if process > 3 else 200}
            write(process, 1, **facts | ({"shallow": 148_000} if process == 5 else {}))
        report = reduced()
        [found] = report.suspects
        assert (found.larger_outliers, found.excess) == (1, 147_900)
        assert (
            "1 of 6 processes has 148 kB more than usual in the objects themselves, without what "
            "they hold: 1 object, as usual, but larger\n"
        ) in report.to_text()
        page = report.to_html()
        assert (
            "retained by each of 6 processes, at most 3.0 MB; orange: the objects themselves are "
            "larger; a bar includes what they hold</figcaption>"
        ) in page

    def test_growth_of_larger_objects(self, write, reduced):
        for number in range(3):
            write(1, 1, number, shallow=50_000 + 50_000 * number, retained=500_000 * (number + 1))
        report = reduced()
        [found] = report.suspects
        assert (found.growing, found.larger_growing, found.grown) == (1, 1, 100_000)
        assert (
            "grows with each dump in 1 process, by 100 kB in the objects themselves, without "
            "what they hold\n"
        ) in report.to_text()

    def test_some_have_more_and_some_have_larger_objects(self, write, reduced):
        for process in range(7):
            write(process, 10, shallow=1000, retained=1000)
        write(7, 5000)
        write(8, 10, shallow=400_000, retained=700_000)
        report = reduced()
        [found] = report.suspects
        assert (found.outliers, found.larger_outliers) == (2, 1)
        assert (
            "2 of 9 processes have 898 kB more than usual (in 1 of them, in the objects "
            "themselves): 10 to 5,000 objects each, usually 10 objects\n"
        ) in report.to_text()


class TestProcesses:
    @pytest.fixture
    def report(self, write, reduced):
        """Return the report on 50 processes, of which 6 have more; one of these grows."""
        for process in range(50):
            count = 10 if process < 44 else 1000 * (process - 40)
            facts = {"host": f"web-{process}", "pid": 1} if process % 2 else {"pid": process}
            labels = [("service", "shop"), ("pod", f"shop-{process}")]
            for number in range(3 if process == 44 else 1):
                part = count // 3 * (number + 1) if process == 44 else count
                write(process, part, number, labels=labels if process > 45 else [], **facts)
        return reduced()

    def test_all_are_in_the_report(self, report):
        [found] = report.suspects
        assert [one.file for one in found.unusual] == ["49", "48", "47", "46", "45", "44-2"]
        assert found.example == "49"
        first, *_, last = found.unusual
        assert (first.host, first.pid, first.process) == ("web-49", 1, "49")
        assert first.labels == {"service": "shop", "pod": "shop-49"}
        assert (first.count, first.size, first.retained_size) == (9000, 900_000, 900_000)
        assert (first.excess, first.grown) == (899_000, 0)
        assert (last.count, last.excess, last.grown) == (3999, 398_900, 266_600)
        assert sum(one.excess for one in found.unusual) == found.excess
        [of_json] = report.to_dict(1)["findings"]
        assert of_json["unusual"] == [one._asdict() for one in found.unusual]
        assert of_json["unusual"][0]["labels"] == {"service": "shop", "pod": "shop-49"}

    def test_the_text_names_the_first(self, report):
        assert report.to_text().endswith(
            "\n    see 49 (host web-49, pod=shop-49)"
            "\n        48 (pod=shop-48)"
            "\n        47 (host web-47, pod=shop-47)"
            "\n        and 3 more"
        )

    def test_the_page_names_all(self, report):
        page = report.to_html()
        assert "<summary>6 suspected processes</summary>" in page
        names = ["45 (host web-45)", "44-2 (pid 44)", "46 (pod=shop-46)"]
        assert all(f">{name}</td>" in page for name in names)
        # The pictures have the names of the others too.
        assert page.count("<title>") == 1 + 50 + 1
        assert "<title>0 (pid 0): 1.0 kB, 10 objects</title>" in page
        assert (
            "<title>44-2 (pid 44): 133 kB to 400 kB in 3 dumps, 2026-11-29T00:00:00Z to "
            "2026-11-29T00:00:00Z</title>"
        ) in page

    def test_a_bar_is_of_the_last_dump(self, write, reduced):
        for process in range(6):
            write(process, 10)
        write(6, 9000)
        write(7, 5000)
        write(7, 1, 1, signature="other")
        page = reduced().to_html()
        assert "<title>7-1: 0 bytes, 0 objects</title>" in page
        assert (
            "<title>7-1: 500 kB to 0 bytes in 2 dumps, 2026-11-29T00:00:00Z to "
            "2026-11-29T00:00:00Z</title>"
        ) in page
        assert page.count('height="1.00" class="usual"><title>') == 7

    def test_a_line_from_a_dump_without_it(self, write, reduced):
        for process in range(7):
            write(process, 1, signature="other")
            write(process, 5000 if process == 6 else 10, 1)
        page = reduced().to_html()
        assert "<title>6-1: 0 bytes to 500 kB in 2 dumps, " in page
        assert page.count("<polyline ") == 7

    def test_times_are_shown_if_both_are_there(self, write, reduced):
        for process in range(2):
            for number in range(3):
                times = {"time": None} if process == 0 or number == 2 else {}
                write(process, 1000 * (number + 1), number, **times)
        page = reduced().to_html()
        assert "to None" not in page and "None to" not in page
        assert page.count(" in 3 dumps</title>") == 2

    def test_without_suspects_there_are_none(self, write, reduced):
        for process in range(6):
            write(process, 10)
        assert [found.unusual for found in reduced().findings] == [()]


class TestKnown:
    def test_applications_that_share_a_known_suspect(self, write, reduced):
        for process in range(12):
            count = 5000 if process in (5, 11) else 10
            write(process, count, application="ab"[process // 6])
        report = reduced(known=["module shop.orders -> dict"])
        left_out = "2 known suspects, with 1 signature, left out"
        assert f"\nnothing else stands out: {left_out}\n" in report.to_text()
        assert report.to_dict()["known_suspects"] == ["module shop.orders -> dict"]
        page = report.to_html()
        assert f"<p>Nothing else stands out: {left_out}.</p>" in page

    def test_one_of_two_suspects_is_known(self, write, reduced):
        for process in range(6):
            write(process, 5000 if process == 5 else 10)
        for process in range(6, 12):
            count = 5000 if process == 11 else 10
            write(process, count, application="b", signature="other")
        report = reduced(known=["other"])
        assert report.to_text().endswith("\n1 known suspect left out")
        assert "<p>1 known suspect left out.</p>" in report.to_html()
        # A list of all signatures leaves nothing out.
        text = reduced(known=["other"], by="bytes").to_text()
        assert "left out" not in text and "  other (known)" in text


class TestVersions:
    @pytest.fixture
    def write_of(self, write):
        """Write the summary of a process of a version."""

        def one(process, version, count, number=0, **facts):
            labels = [("version", version)] if version else []
            write(process, count, number, labels=labels, **facts)

        return one

    def test_newer_processes_are_compared_with_older_ones(self, write_of, reduced):
        for process in range(6):
            write_of(process, "2.10" if process > 2 else "2.9", 1500 if process > 2 else 10)
        report = reduced(since="2.10")
        text = report.to_text()
        assert (
            "\ncompared: 3 processes of version 2.10 or newer with 3 of older versions\n" in text
        )
        assert (
            "    3 of 3 processes of version 2.10 or newer have 447 kB more than usual in older "
            "versions: 1,500 objects each, usually 10 objects\n"
        ) in text
        assert "    older versions have it too: up to 10 objects\n" in text
        page = report.to_html()
        assert "compared: 3 processes of version 2.10 or newer with 3 of older versions" in page
        assert "3 of 3 processes of version 2.10 or newer have 447 kB more than usual" in page
        data = report.to_dict()
        assert (data["since"], data["older"], data["without_version"]) == ("2.10", 3, 0)
        assert (data["findings"][0]["compared"], data["findings"][0]["of_processes"]) == (3, 6)
        without = reduced()
        assert "compared" not in without.to_text()
        [found] = without.findings
        assert (found.compared, found.older_most, found.is_new) == (6, None, None)

    def test_an_older_process_that_has_more(self, write_of, reduced):
        for process, count in enumerate([4558, 10, 10, 10, 10]):
            write_of(process, "2.3", count)
        for process, count in enumerate([1659, 10, 10], start=5):
            write_of(process, "2.4", count)
        report = reduced(since="2.4")
        [found] = report.suspects
        assert (found.outliers, found.is_new, found.older_most) == (1, False, 4558)
        assert "    older versions have it too: up to 4,558 objects\n" in report.to_text()

    def test_processes_without_a_version_are_not_called_newer(self, write_of, reduced):
        for process, version in enumerate(["2.9", "2.10", "main-3f2a", None]):
            write_of(process, version, 10 if version == "2.9" else 1500)
        text = reduced(since="2.10").to_text()
        assert "\ncompared: 3 processes not older than version 2.10 with 1 of older" in text
        assert "    3 of 3 processes not older than version 2.10 have 447 kB more" in text

    def test_growth_of_newer_processes(self, write_of, reduced):
        write_of(0, "2.9", 10)
        for number in range(3):
            size = 50_000 * (number + 1)
            write_of(1, "2.10", 1, number, shallow=size, retained=size)
        text = reduced(since="2.10").to_text()
        assert (
            "    1 of 1 process of version 2.10 or newer has 149 kB more than usual in older "
            "versions, in the objects themselves, without what they hold: 1 object, usually 10 "
            "objects\n"
            "    grows with each dump in 1 process of version 2.10 or newer, by 100 kB in the "
            "objects themselves, without what they hold\n"
        ) in text

    def test_an_application_without_older_processes_is_not_compared(self, write_of, reduced):
        write_of(0, "1", 10)
        write_of(1, "2", 10)
        for process in range(2, 7):
            for number in range(3):
                count = 1000 * (number + 1) if process == 3 else 10
                write_of(process, "2", count, number, application="mail")
        report = reduced(since="2")
        text = report.to_text()
        assert (
            "\ncompared: 1 process of version 2 or newer with 1 of older versions"
            "\nnot compared, without an older version: mail\n"
        ) in text
        [found] = report.suspects
        assert (found.application, found.growing) == ("mail", 1)
        assert (found.compared, found.is_new, found.older_most) == (0, None, None)
        assert "no older version has it" not in text and "older versions have it" not in text
        data = report.to_dict()
        names = ("older", "compared", "compared_with", "not_compared")
        assert [data[name] for name in names] == [1, 1, 1, ["mail"]]
        [other] = [found for found in report.findings if found.application == "shop"]
        assert (other.compared, other.is_new, other.older_most) == (1, False, 10)

    def test_many_applications_without_older_processes(self, write_of, reduced):
        write_of(0, "1", 10)
        for process, application in enumerate("abcde", start=1):
            write_of(process, "2", 10, application=application)
        report = reduced(since="2")
        assert (
            "\ncompared: 0 processes of version 2 or newer with 0 of older versions"
            "\nnot compared, without an older version: a, b, c and 2 more\n"
        ) in report.to_text()
        without = reduced()
        assert (without.compared, without.compared_with, without.not_compared) == (0, 0, ())

    def test_nothing_stands_out(self, write_of, reduced):
        for process in range(4):
            write_of(process, "2.10" if process > 1 else "2.9", 10)
        assert (
            "nothing stands out: a signature does if processes of version 2.10 or newer have far "
            "more of it than those of older versions, or if it grows with"
        ) in reduced(since="2.10").to_text()
