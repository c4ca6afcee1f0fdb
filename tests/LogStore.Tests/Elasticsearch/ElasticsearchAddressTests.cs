using System.Text;
using Observability.LogStore.Elasticsearch;

namespace Observability.LogStore.Tests.Elasticsearch;

public sealed class ElasticsearchAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:9200", "http://127.0.0.1:9200/", null)]
    [InlineData("https://node/es", "https://node/es/", null)]
    [InlineData("http://elastic:secret@node:9200/", "http://node:9200/", "elastic:secret")]
    [InlineData("http://elastic:p%40ss%3Aword@node:9200", "http://node:9200/", "elastic:p@ss:word")]
    [InlineData("http://elastic:p@ss:w/o#r?d@node:9200", "http://node:9200/", "elastic:p@ss:w/o#r?d")]
    [InlineData("http://elastic:100%@node:9200", "http://node:9200/", "elastic:100%")]
    [InlineData("http://elastic:100%zz%41@node:9200", "http://node:9200/", "elastic:100%zz%41")]
    [InlineData("http://elastic@node:9200", "http://node:9200/", "elastic:")]
    public void User_and_password_are_read_encoded_or_raw(string connectionString, string url, string? user)
    {
        var address = ElasticsearchAddress.Parse(connectionString);
        Assert.Equal(url, address.Url.ToString());
        Assert.Equal(user, address.Authorization?.Parameter is { } parameter ? Encoding.UTF8.GetString(Convert.FromBase64String(parameter)) : null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("node:9200")]
    [InlineData("ftp://node")]
    [InlineData("user:secret@node")]
    public void What_is_no_address_is_refused_without_repeating_the_password(string connectionString)
    {
        var fault = Assert.Throws<FormatException>(() => ElasticsearchAddress.Parse(connectionString));
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__elasticsearch", fault.Message, StringComparison.Ordinal);
    }
}
