using Observability.Repository.Tests.Rules;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Bites;

public sealed class CodeRuleTests
{
    private static readonly AllowedWords _nothingAllowed = AllowedWords.Parse("");

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTimeOffset.Now;")]
    [InlineData("Thread.Sleep(5);")]
    [InlineData("await Task.Delay(5);")]
    [InlineData("await Task.Delay(timeout, cancellationToken);")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(f(1)), cancellationToken);")]
    [InlineData("using var ticks = new PeriodicTimer(_interval);")]
    [InlineData("var timer = new Timer(Tick);")]
    [InlineData("var watch = Stopwatch.StartNew();")]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("_logger.LogWarning(text);")]
    [InlineData("var jitter = Random.Shared.Next(3);")]
    [InlineData("var dice = new Random(42);")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("Console.WriteLine(1);")]
    [InlineData("private static readonly AsyncLocal<int> _current = new();")]
    [InlineData("async void Go() { }")]
    [InlineData("#region Fields")]
    [InlineData("try { } catch { }")]
    [InlineData("try { } catch (Exception e) { /* never mind */ }")]
    [InlineData("var text = $\"{DateTime.Now}\";")]
    public void A_refused_word_is_found_in_code(string code) => Assert.NotEmpty(WordRules.Check(Product(code), _nothingAllowed));

    [Theory]
    [InlineData("// DateTime.UtcNow is refused")]
    [InlineData("var text = \"Thread.Sleep\";")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(f(1, 2)), _time, cancellationToken);")]
    [InlineData("await Task.Delay(wait, TimeProvider.System);")]
    [InlineData("using var ticks = new PeriodicTimer(_interval, _time);")]
    [InlineData("try { } catch (OperationCanceledException) { }")]
    public void What_only_looks_like_one_is_not(string code) => Assert.Empty(WordRules.Check(Product(code), _nothingAllowed));

    [Fact]
    public void A_word_is_judged_by_where_it_stands()
    {
        Assert.Empty(WordRules.Check(new SourceFile("src/Cli/Output.cs", "Console.WriteLine(1);"), _nothingAllowed));
        Assert.Empty(WordRules.Check(new SourceFile("tests/A.Tests/ATests.cs", "var id = Guid.NewGuid();"), _nothingAllowed));
        Assert.NotEmpty(WordRules.Check(new SourceFile("tests/A.Tests/ATests.cs", "Thread.Sleep(5);"), _nothingAllowed));
    }

    [Fact]
    public void An_exception_covers_its_file_and_word_and_one_that_nothing_needs_is_named()
    {
        var allowed = AllowedWords.Parse("src/A/B.cs Guid.NewGuid  made once with the folder\nsrc/A/C.cs Stopwatch  never used");
        Assert.Empty(WordRules.Check(Product("var id = Guid.NewGuid();"), allowed));
        Assert.NotEmpty(WordRules.Check(Product("Thread.Sleep(5);"), allowed));
        Assert.Equal(["src/A/C.cs Stopwatch"], allowed.Unused);
        Assert.Throws<FormatException>(() => AllowedWords.Parse("src/A/B.cs NoSuchWord  because"));
    }

    [Fact]
    public void Unfinished_work_is_found_in_comments() =>
        Assert.Equal("src/A/B.cs:2: 'FIXME': finish it or write it into the changelog's open points", WordRules.UnfinishedWork(Product("a();\n// FIXME later")).Single().ToString());

    [Theory]
    [InlineData("class AlertManager", 1)]
    [InlineData("static class StringHelpers", 1)]
    [InlineData("record struct StoreBase(int A)", 1)]
    [InlineData("interface ICommon", 1)]
    [InlineData("class Database", 0)]
    [InlineData("record Base64Text", 0)]
    [InlineData("class AlertmanagerServer", 0)]
    public void Names_of_types_that_say_nothing_are_refused(string declaration, int count) =>
        Assert.Equal(count, NamingRules.Types(Product(declaration)).Count());

    [Fact]
    public void Abbreviations_are_refused_as_whole_words_only() =>
        Assert.Equal(["'ctx': write the word out", "'_cfg': write the word out"], NamingRules.Abbreviations(Product("f(ctx, _cfg, context, message);")).Select(violation => violation.Text));

    [Fact]
    public void A_test_whose_name_is_no_sentence_is_found()
    {
        var file = new SourceFile("tests/A.Tests/ATests.cs", "[Theory]\n[InlineData(1)]\npublic async Task Works(int x) { }\n[Fact]\npublic void It_works() { }\n");
        Assert.Equal("tests/A.Tests/ATests.cs:3: test Works: write a sentence with underscores that says what holds", NamingRules.Tests(file).Single().ToString());
    }

    [Fact]
    public void A_public_class_without_a_comment_is_found()
    {
        Assert.Single(NamingRules.UndocumentedPublicTypes(Product("namespace N;\n\npublic sealed class C;\n")));
        Assert.Empty(NamingRules.UndocumentedPublicTypes(Product("/// <summary>Is.</summary>\n[Some]\npublic sealed class C;\ninternal class D;\n")));
    }

    [Fact]
    public void A_copy_of_a_message_and_numbers_that_no_test_holds_are_found()
    {
        SourceFile[] files =
        [
            new("src/Contracts/Alert.cs", "public sealed record AlertRaised(int A);"),
            new("src/Notifier/Alert.cs", "internal sealed record AlertRaised(int A);"),
            new("src/A/Severity.cs", "public enum Severity { Info = 1, Error = 2 }\npublic enum Free { A, B = 2 }\npublic enum Held { A = 1 }"),
            new("tests/A.Tests/HeldTests.cs", "Assert.Equal(1, (int)Held.A);"),
        ];
        Assert.Equal("src/Notifier/Alert.cs", FrozenFormRules.Copies(files).Single().Path);
        Assert.Contains("Severity", FrozenFormRules.UnheldNumbers(files).Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_events_outside_their_range_used_twice_or_outside_of_Log_are_found()
    {
        SourceFile[] files =
        [
            new("src/Collector/Spooling/Log.cs", "[LoggerMessage(1001, LogLevel.Warning, \"a\")] [LoggerMessage(EventId = 2001)]"),
            new("src/Collector/Indexing/Log.cs", "[LoggerMessage(1001, LogLevel.Warning, \"b\")]"),
            new("src/Notifier/Sender.cs", "[LoggerMessage(3001, LogLevel.Warning, \"c\")]"),
            new("src/Query/Log.cs", "[LoggerMessage(9001, LogLevel.Warning, \"d\")]"),
        ];
        Assert.Equal(
            ["src/Collector/Spooling/Log.cs", "src/Collector/Indexing/Log.cs", "src/Notifier/Sender.cs", "src/Query/Log.cs"],
            LogEventRules.Check(files).Select(violation => violation.Path));
    }

    [Fact]
    public void Long_files_and_methods_are_found_and_the_ratchet_only_turns_one_way()
    {
        var none = Ratchet.Parse("");
        Assert.Single(SizeRules.Files(OfLines(401), none));
        Assert.Empty(SizeRules.Files(OfLines(400), none));
        Assert.Single(SizeRules.Files(new SourceFile("src/A/Program.cs", OfLines(61).Text), none));
        Assert.Single(SizeRules.Methods(Product("class C\n{\nvoid M()\n{" + new string('\n', 60) + "}\n}"), none));

        var held = Ratchet.Parse("# why\nlines src/A/B.cs 410");
        Assert.Empty(SizeRules.Files(OfLines(410), held));
        Assert.Contains("grew", SizeRules.Files(OfLines(411), held).Single().Text, StringComparison.Ordinal);
        Assert.Contains("lower its line", SizeRules.Files(OfLines(405), held).Single().Text, StringComparison.Ordinal);
        Assert.Contains("remove its line", SizeRules.Files(OfLines(400), held).Single().Text, StringComparison.Ordinal);
    }

    private static SourceFile OfLines(int count) => Product(string.Concat(Enumerable.Repeat("//\n", count)));

    private static SourceFile Product(string code) => new("src/A/B.cs", code);
}
