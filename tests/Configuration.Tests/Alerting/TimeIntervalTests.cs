using System.Globalization;

namespace Observability.Configuration.Tests.Alerting;

public sealed class TimeIntervalTests
{
    [Theory]
    [InlineData("{}", "2026-11-21T10:00:00Z", true)]
    [InlineData("{times: [{start_time: '09:00', end_time: '17:00'}]}", "2026-11-21T09:00:00Z", true)]
    [InlineData("{times: [{start_time: '09:00', end_time: '17:00'}]}", "2026-11-21T17:00:00Z", false)]
    [InlineData("{times: [{start_time: '09:00', end_time: '24:00'}]}", "2026-11-21T23:59:59Z", true)]
    [InlineData("{weekdays: ['monday:friday']}", "2026-11-21T12:00:00Z", false)]
    [InlineData("{weekdays: ['Saturday']}", "2026-11-21T12:00:00Z", true)]
    [InlineData("{days_of_month: ['1:5', '-3:-1']}", "2026-11-28T12:00:00Z", true)]
    [InlineData("{days_of_month: ['1:5', '-3:-1']}", "2026-11-27T12:00:00Z", false)]
    [InlineData("{days_of_month: ['31']}", "2026-11-30T12:00:00Z", false)]
    [InlineData("{days_of_month: ['29:31']}", "2026-02-28T12:00:00Z", false)]
    [InlineData("{days_of_month: ['-31:-1']}", "2026-02-01T12:00:00Z", true)]
    [InlineData("{months: ['january:march', 11]}", "2026-11-01T12:00:00Z", true)]
    [InlineData("{months: ['january:march']}", "2026-11-01T12:00:00Z", false)]
    [InlineData("{years: [2027]}", "2026-11-01T12:00:00Z", false)]
    [InlineData("{location: Europe/Berlin, times: [{start_time: '00:00', end_time: '01:00'}]}", "2026-11-20T23:30:00Z", true)]
    [InlineData("{location: Europe/Berlin, weekdays: [saturday]}", "2026-11-20T23:30:00Z", true)]
    [InlineData("{weekdays: [saturday], months: [december]}", "2026-11-21T12:00:00Z", false)]
    public void A_time_is_inside_when_every_field_holds(string interval, string time, bool expected)
    {
        var read = Reading.Value(AlertingReader.Read($"route: {{receiver: a}}\nreceivers: [{{name: a}}]\ntime_intervals: [{{name: n, time_intervals: [{interval}]}}]", "a.yaml", "/"));
        Assert.Equal(expected, read.FindTimeInterval("n")!.Contains(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)));
    }
}
