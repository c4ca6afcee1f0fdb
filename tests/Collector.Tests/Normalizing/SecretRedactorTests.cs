using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Normalizing;

namespace Observability.Collector.Tests.Normalizing;

public sealed class SecretRedactorTests
{
    [Theory]
    [InlineData("Authorization: Bearer eyJhbGciOi.abc-def_1 rest", "Authorization: Bearer <redacted> rest")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE used", "key <redacted> used")]
    [InlineData("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SECRET_ACCESS_KEY=<redacted>")]
    [InlineData("{\"aws_secret_access_key\": \"wJalrXUtnFEMI/K7MDENG\"}", "{\"aws_secret_access_key\": \"<redacted>\"}")]
    [InlineData("at postgres://loader:hunter2@db:5432/x", "at postgres://loader:<redacted>@db:5432/x")]
    [InlineData("redis://:pw@cache", "redis://:<redacted>@cache")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----\nafter", "<redacted>\nafter")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIEcut off", "<redacted>")]
    public void Secrets_are_replaced_and_the_rest_stays(string text, string expected)
    {
        Assert.Equal(expected, SecretRedactor.Redact(text));
        Assert.True(SecretRedactor.MayHoldSecret(Encoding.UTF8.GetBytes(text)), "the scan must not pass over what the expressions find");
        Assert.Equal(expected, Encoding.UTF8.GetString(SecretRedactor.Redact(Encoding.UTF8.GetBytes(text))!));
    }

    [Theory]
    [InlineData("column \"x\" does not exist")]
    [InlineData("see https://example.com/a@b")]
    [InlineData("mail ana@example.com")]
    [InlineData("the bearer of bad news")]
    [InlineData("AKIA is a prefix")]
    public void Ordinary_text_stays_the_same_instance(string text) => Assert.Same(text, SecretRedactor.Redact(text));

    [Fact]
    public void Whatever_the_expressions_change_the_scan_has_announced() =>
        Prop.ForAll<string>(text => text is null || ReferenceEquals(SecretRedactor.Redact(text), text) || SecretRedactor.MayHoldSecret(Encoding.UTF8.GetBytes(text)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Hostile_text_takes_linear_time()
    {
        var text = string.Concat(Enumerable.Repeat("-----BEGIN PRIVATE KEY-----://a:://Bearer ", 20_000));
        var watch = Stopwatch.StartNew();
        SecretRedactor.Redact(text);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed} for {text.Length} characters");
    }
}
